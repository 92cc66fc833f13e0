/// The style sheet of the section of photographs, with the colors of the page.
enum LooksStyle {
  static let sheet: StaticString = """

    .map-choice { border: 0; margin: 0 0 0.8rem; padding: 0; }
    .map-choice { display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; }
    .map-choice[hidden], .map-legend[hidden], .tile[hidden] { display: none; }
    .map-choice legend { float: left; margin-right: 0.4rem; color: var(--soft); font-size: 0.9rem; }
    .map-choice label { font-size: 0.9rem; cursor: pointer; overflow-wrap: anywhere; min-width: 0; }
    .map-body { display: grid; gap: 1rem 1.8rem; grid-template-columns: minmax(0, 1fr); }
    @media (min-width: 46rem) { .map-body { grid-template-columns: minmax(0, 1fr) 15rem; } }
    figure > .map-body > svg.points {
      display: block; width: 100%; max-width: 46rem; height: auto; aspect-ratio: 1; background: var(--panel);
      border-radius: 6px; touch-action: pan-y;
    }
    svg.points circle { r: 5.5px; }
    svg.points.dense circle { r: 4px; }
    .map circle { fill: var(--mark); stroke: var(--mark); stroke-width: 0; fill-opacity: 0.85; }
    .map .m0, .map .m8 { --mark: var(--s1); } .map .m1, .map .m9 { --mark: var(--s2); }
    .map .m2, .map .m10 { --mark: var(--s3); } .map .m3, .map .m11 { --mark: var(--s4); }
    .map .m4, .map .m12 { --mark: var(--s5); } .map .m5, .map .m13 { --mark: var(--s6); }
    .map .m6, .map .m14 { --mark: var(--s7); } .map .m7, .map .m15 { --mark: var(--s8); }
    .map .m8, .map .m9, .map .m10, .map .m11, .map .m12, .map .m13, .map .m14, .map .m15 {
      fill: none; stroke-width: 2.2;
    }
    .map .m16, .map .m17 { --mark: var(--soft); fill-opacity: 0.5; }
    .map .m17 { fill-opacity: 0.28; }
    .map svg.points circle.dim { fill-opacity: 0.06; stroke-opacity: 0.06; }
    .map svg.points circle.ring { r: 13px; fill: none; stroke: var(--ink); stroke-width: 3; }
    .map-side { display: flex; flex-direction: column; gap: 0.8rem; min-width: 0; }
    .map-card {
      display: flex; gap: 0.8rem; align-items: flex-start; min-height: 7.2rem; padding: 0.7rem;
      border: 1px solid var(--rule); border-radius: 6px;
    }
    @media (min-width: 46rem) { .map-card { flex-direction: column; gap: 0.5rem; min-height: 13.5rem; } }
    .tile { width: 96px; height: 96px; overflow: hidden; border-radius: 3px; flex: none; }
    .tile img { max-width: none; transform-origin: 0 0; display: block; }
    .map-text {
      margin: 0; font-size: 0.85rem; line-height: 1.4; white-space: pre-line; overflow-wrap: anywhere;
      min-width: 0;
    }
    .map-text:empty::before { content: "No photograph is pointed at."; color: var(--soft); }
    .map-legend { list-style: none; margin: 0; padding: 0; }
    .map-legend { display: flex; flex-wrap: wrap; gap: 0.1rem 0.3rem; }
    .map-legend button {
      display: flex; gap: 0.45rem; align-items: center; font: inherit; font-size: 0.85rem; color: inherit;
      background: none; border: 1px solid transparent; border-radius: 4px;
      padding: 0.12rem 0.45rem 0.12rem 0.2rem;
      text-align: left; cursor: pointer; overflow-wrap: anywhere;
    }
    .map-legend button[aria-pressed="true"] { border-color: var(--ink); }
    .map-legend svg { flex: none; }
    .map-legend small { color: var(--soft); }

    .looks {
      display: grid; gap: 1.1rem; margin: 0 0 1.6rem;
      grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr));
    }
    .looks.row { grid-template-columns: repeat(7, minmax(0, 1fr)); gap: 0.7rem; }
    @media (max-width: 46rem) {
      .looks { grid-template-columns: repeat(auto-fill, minmax(6.6rem, 1fr)); gap: 0.8rem; }
      .looks.row { grid-template-columns: repeat(4, minmax(0, 1fr)); border-bottom: 1px solid var(--rule); }
    }
    .look { min-width: 0; }
    .look img { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 4px; }
    .look.query { padding-right: 0.7rem; border-right: 2px solid var(--rule); font-weight: 600; }
    .look.other img { outline: 3px dashed var(--s2); outline-offset: -3px; }
    .look-text { margin: 0.4rem 0 0; font-size: 0.82rem; line-height: 1.35; max-width: none; }
    .look-text > * { display: block; overflow-wrap: anywhere; }
    .look-text small {
      color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 0.92em;
    }
    .heats {
      display: grid; gap: 1.6rem 2rem;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr));
    }
    .heats figure { margin: 0; }
    .triple { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.5rem; }
    .triple span { min-width: 0; }
    .triple img { display: block; width: 100%; height: auto; border-radius: 4px; }
    .triple small { display: block; font-size: 0.78rem; color: var(--soft); margin-top: 0.2rem; }
    .heat.other strong { color: var(--warn); }
    .heat-scale { display: flex; gap: 0.6rem; align-items: center; font-size: 0.82rem; color: var(--soft); }
    .heat-scale i {
      width: 9rem; height: 0.7rem; border-radius: 2px;
      background: linear-gradient(
        to right, #440154, #472d7b, #3b528b, #2c728e, #21918c, #28ae80, #5ec962, #addc30, #fde725);
    }
    @media print {
      .map-choice, .map-card { display: none; }
      .look, .heat { break-inside: avoid; }
    }

    """
}

/// The style sheet of a report's tables and drawings, and of the page on paper.
enum FigureStyle {
  static let sheet: StaticString = """

    .scroll { overflow-x: auto; margin: 0 0 1.4rem; max-width: 100%; container-type: inline-size; }
    table { border-collapse: collapse; font-size: 0.88rem; line-height: 1.45; }
    table { font-variant-numeric: tabular-nums lining-nums; }
    caption { text-align: left; color: var(--soft); padding: 0 0 0.5rem; }
    caption span { display: inline-block; position: sticky; left: 0; max-width: 100cqi; }
    th, td { text-align: left; vertical-align: top; padding: 0.36rem 1.4rem 0.36rem 0; font-weight: 400; }
    th:last-child, td:last-child { padding-right: 0.4rem; }
    thead th { color: var(--soft); font-size: 0.82rem; font-weight: 600; vertical-align: bottom; }
    thead th { border-bottom: 1px solid var(--soft); }
    tbody th, tbody td { border-bottom: 1px solid var(--faint); max-width: 26rem; }
    tbody .sentence { min-width: 11rem; }
    tbody .long { overflow-wrap: anywhere; min-width: 14rem; }
    td.number, th.number { text-align: right; white-space: nowrap; }
    td.bar, th.bar { min-width: 8.5rem; white-space: nowrap; }
    td.bar svg, th.bar svg { width: 5rem; height: 0.65rem; margin-right: 0.6rem; background: var(--faint); }
    td.bar rect, th.bar rect { fill: var(--s1); }
    .grid {
      display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr));
      gap: 2.2rem 2.4rem; margin: 0 0 1.6rem;
    }
    .grid.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 15.5rem), 1fr)); }
    figure { margin: 0 0 1.6rem; min-width: 0; }
    .grid > figure { margin: 0; }
    figcaption { font-weight: 600; font-size: 0.95rem; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
    figure > svg { display: block; max-width: 100%; height: auto; overflow: visible; }
    .grid > figure > svg { width: 100%; }
    figure svg text { font-size: 11.5px; fill: var(--ink); font-variant-numeric: tabular-nums; }
    figure svg .tick, figure svg .axis { fill: var(--soft); }
    figure svg .strong { font-weight: 600; font-size: 13px; }
    figure svg .inverse { fill: var(--paper); }
    .gridline { stroke: var(--faint); stroke-width: 1; }
    .axisline { stroke: var(--soft); stroke-width: 1; }
    .reference { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 4 3; fill: none; }
    .line { fill: none; stroke: var(--series); stroke-width: 2; stroke-linejoin: round; }
    .line { stroke-dasharray: var(--dash); }
    .area { fill: var(--series); }
    .band { fill: var(--series); fill-opacity: 0.16; }
    .point { fill: var(--series); }
    .whisker { stroke: var(--series); stroke-width: 1.8; }
    .arrow { stroke: var(--soft); stroke-width: 1.4; fill: none; }
    .head { fill: var(--soft); }
    .box { fill: var(--panel); stroke: var(--soft); stroke-width: 1; }
    .chip { fill: none; stroke: var(--series); stroke-width: 1.4; }
    .series-1 { --series: var(--s1); --dash: none; }
    .series-2 { --series: var(--s2); --dash: 7 3; }
    .series-3 { --series: var(--s3); --dash: 2 2.5; }
    .series-4 { --series: var(--s4); --dash: 9 3 2 3; }
    .series-5 { --series: var(--s5); --dash: 12 3; }
    .series-6 { --series: var(--s6); --dash: 5 2; }
    .series-7 { --series: var(--s7); --dash: 3 3 8 3; }
    .series-8 { --series: var(--s8); --dash: 1.5 3.5; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.15rem 1.2rem; margin: 0.5rem 0 0; }
    .legend { padding: 0; font-size: 0.85rem; }
    .legend li { min-width: 0; overflow-wrap: anywhere; }
    .legend svg { margin-right: 0.45rem; width: 26px; height: 10px; }
    figure > .note { margin: 0.5rem 0 0; }
    details { margin: 0.5rem 0 1rem; }
    summary { cursor: pointer; color: var(--accent); font-size: 0.85rem; width: fit-content; }
    details > .scroll, details > pre { margin-top: 0.6rem; max-height: 26rem; overflow: auto; }
    img { max-width: 100%; height: auto; }

    @page { size: A4; margin: 16mm 15mm 18mm; }
    @media print {
      html { font-size: 10pt; scroll-behavior: auto; }
      body { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      #theme, .skip { display: none; }
      .page { max-width: none; padding-left: 0; padding-right: 0; }
      .body { display: block; }
      nav { break-after: page; margin-top: 2rem; }
      nav a[aria-current] { color: var(--soft); font-weight: inherit; border-color: transparent; }
      a { color: inherit; text-decoration: none; }
      h2, h3, h4, figcaption, caption, h3 + .note { break-after: avoid; }
      main > section { margin-bottom: 2.5rem; }
      figure > svg, figcaption, tr, dl.keys, .legend, img { break-inside: avoid; }
      thead { display: table-header-group; }
      .grid { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.4rem; }
      .grid.small { grid-template-columns: repeat(3, minmax(0, 1fr)); }
      .scroll, details > .scroll, details > pre { overflow: visible; max-height: none; }
      .scroll { container-type: normal; }
      table { font-size: 0.8rem; }
      th, td { padding-right: 0.9rem; }
      tbody .sentence, tbody .long { min-width: 0; }
      details::details-content { content-visibility: visible; height: auto; opacity: 1; }
      details:not([open]) > *:not(summary) { display: block; }
      summary { list-style: none; color: var(--soft); }
      p { orphans: 3; widows: 3; }
    }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }

    """
}

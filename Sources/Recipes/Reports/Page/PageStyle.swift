/// The style sheet of a report: colors, text and the layout of the page.
///
/// Colors are variables with values for a light and a dark page; paper is always light. Those of series are
/// Okabe and Ito's (2008), darkened on a light page and lightened on a dark one for a contrast of 3 to 1.
enum PageStyle {
  static let sheet: StaticString = """

    :root {
      color-scheme: light;
      --paper: #ffffff; --panel: #f4f6f8; --ink: #1a1f24; --soft: #545e68; --rule: #d3d9df; --faint: #e8ecef;
      --accent: #0b5a8f; --warn: #9a4a00;
      --s1: #0072b2; --s2: #d55e00; --s3: #008f68; --s4: #b35c94; --s5: #b07500; --s6: #8a5fd6;
      --s7: #857b00; --s8: #4d555c;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root:not([data-theme="light"]) {
        color-scheme: dark;
        --paper: #13171b; --panel: #1c2126; --ink: #e4e8eb; --soft: #a2acb5; --rule: #3a424a;
        --faint: #272d33; --accent: #74bdf0; --warn: #f2a65a;
        --s1: #56aee6; --s2: #f4853a; --s3: #2cc59c; --s4: #df97c2; --s5: #e6a41c; --s6: #c0a8ff;
        --s7: #e8dd55; --s8: #bcc4ca;
      }
    }
    @media screen {
      :root[data-theme="dark"] {
        color-scheme: dark;
        --paper: #13171b; --panel: #1c2126; --ink: #e4e8eb; --soft: #a2acb5; --rule: #3a424a;
        --faint: #272d33; --accent: #74bdf0; --warn: #f2a65a;
        --s1: #56aee6; --s2: #f4853a; --s3: #2cc59c; --s4: #df97c2; --s5: #e6a41c; --s6: #c0a8ff;
        --s7: #e8dd55; --s8: #bcc4ca;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans",
        "Liberation Sans", Arial, sans-serif;
      overflow-wrap: break-word;
    }
    h1, h2 {
      font-family: Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Cambria, "Noto Serif",
        "Liberation Serif", Georgia, serif;
      font-weight: 600; line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere;
    }
    h1 { font-size: clamp(1.9rem, 1.4rem + 2.2vw, 2.8rem); letter-spacing: -0.01em; margin: 0.2rem 0 0.6rem; }
    h2 { font-size: 1.7rem; margin: 0 0 1.4rem; padding-top: 1.1rem; border-top: 2px solid var(--ink); }
    h3 { font-size: 1.08rem; font-weight: 600; margin: 2.6rem 0 0.7rem; overflow-wrap: anywhere; }
    h4 { font-size: 0.95rem; font-weight: 600; margin: 1.8rem 0 0.5rem; overflow-wrap: anywhere; }
    p, ul.plain { max-width: 44rem; margin: 0 0 1rem; }
    a { color: var(--accent); text-underline-offset: 0.15em; }
    code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
    code, pre { font-size: 0.86em; }
    pre {
      margin: 0 0 1rem; padding: 0.8rem 1rem; background: var(--panel); border-radius: 4px;
      white-space: pre-wrap; overflow-wrap: anywhere;
    }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
    .skip {
      position: absolute; left: 1rem; top: -10rem; padding: 0.6rem 1rem; background: var(--paper);
      border: 1px solid var(--rule); z-index: 2;
    }
    .skip:focus { top: 1rem; }
    .page { max-width: 84rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 3rem); }
    header.page { padding-top: clamp(1.6rem, 5vw, 3.6rem); }
    .over {
      display: flex; justify-content: space-between; align-items: center; gap: 1rem;
      font-size: 0.85rem; color: var(--soft);
    }
    .lede { color: var(--soft); max-width: 44rem; }
    #theme {
      font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--rule);
      border-radius: 4px; padding: 0.3rem 0.8rem; cursor: pointer; white-space: nowrap;
    }
    #theme:hover { border-color: var(--soft); }
    .body { display: grid; gap: 2.5rem 3.5rem; padding-top: 2rem; padding-bottom: 4rem; }
    .body > main { min-width: 0; }
    nav { font-size: 0.9rem; }
    nav h2 { font: inherit; font-weight: 600; border: 0; padding: 0; margin: 0 0 0.4rem; }
    nav ol { list-style: none; margin: 0; padding: 0; border-left: 1px solid var(--rule); }
    nav a {
      display: block; padding: 0.22rem 0.9rem; margin-left: -1px; border-left: 2px solid transparent;
      color: var(--soft); text-decoration: none; overflow-wrap: anywhere;
    }
    nav a:hover { color: var(--ink); text-decoration: underline; }
    nav a[aria-current] { color: var(--ink); border-color: var(--accent); font-weight: 600; }
    @media (min-width: 68rem) {
      .body { grid-template-columns: 12.5rem minmax(0, 1fr); }
      nav { position: sticky; top: 1.5rem; align-self: start; }
      nav { max-height: calc(100vh - 3rem); overflow-y: auto; }
    }
    main > section { margin-bottom: 4.5rem; }
    dl.keys {
      display: flex; flex-wrap: wrap; gap: 1px; margin: 1.8rem 0 0; background: var(--rule);
      border: 1px solid var(--rule); border-radius: 6px; overflow: hidden;
    }
    dl.keys > div { background: var(--paper); padding: 0.9rem 1.1rem 1rem; min-width: 0; flex: 1 1 8rem; }
    dl.keys > .main { flex: 2 1 15rem; }
    dl.keys dt { font-size: 0.82rem; color: var(--soft); overflow-wrap: anywhere; }
    dl.keys dd { margin: 0.1rem 0 0; font-size: 1.4rem; line-height: 1.25; white-space: nowrap; }
    dl.keys dd small { display: block; font-size: 0.82rem; line-height: 1.4; color: var(--soft); }
    dl.keys dd small { white-space: normal; overflow-wrap: anywhere; }
    .note { font-size: 0.88rem; color: var(--soft); max-width: 44rem; }
    .warning { border-left: 3px solid var(--warn); padding: 0.1rem 0 0.1rem 0.9rem; }
    .open { color: var(--soft); font-style: italic; }
    footer.page { padding-bottom: 3rem; }
    footer > div { border-top: 1px solid var(--rule); padding-top: 1.2rem; }
    footer p { font-size: 0.85rem; color: var(--soft); }
    ul.plain li { margin-bottom: 0.7rem; }

    """
}

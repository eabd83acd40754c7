namespace Serverless.Core.Reports;

/// <summary>The report's style sheet. Colours keep a contrast of 4.5 to 1 for text in both modes.</summary>
public static class ReportStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--page:#f6f6f3;--card:#fff;--ink:#1d2026;--soft:#565c68;--line:#e2e3e0;--blue:#1f62a8;--orange:#b0531a;--good:#17713f;--bad:#b1281f}
        @media(prefers-color-scheme:dark){:root{--page:#131519;--card:#1b1e24;--ink:#e8e9ec;--soft:#a4abb8;--line:#30353e;--blue:#79b4f0;--orange:#eea06a;--good:#66c990;--bad:#f48a81}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        main,footer{max-width:72rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
        header{padding:clamp(1.5rem,5vw,3.5rem) 0 0;display:grid;grid-template-columns:minmax(0,1fr);gap:1.5rem 3rem}
        @media(min-width:58rem){header{grid-template-columns:minmax(0,1fr) 24rem;align-items:start}header figure{margin-top:4.6rem}}
        h1{font-size:clamp(1.7rem,5vw,2.5rem);line-height:1.15;margin:.1em 0 .5em;letter-spacing:-.015em;overflow-wrap:anywhere}
        h2{font-size:1.3rem;line-height:1.3;margin:0 0 .75rem;letter-spacing:-.005em}
        h3{font-size:1rem;line-height:1.35;margin:1.75rem 0 .4rem;overflow-wrap:anywhere}
        p{margin:0 0 1rem}
        section{padding:2rem 0 0;margin:2rem 0 0;border-top:1px solid var(--line)}
        footer{padding-top:2rem;padding-bottom:3rem;color:var(--soft);font-size:.85rem}
        .over{margin:0;color:var(--soft);font-size:.85rem;letter-spacing:.04em}
        .version{color:var(--soft);font-weight:400;white-space:nowrap}
        .badge{display:inline-block;padding:.3rem .85rem;border-radius:2rem;border:1.5px solid;font-size:.95rem}
        .good{color:var(--good)}.bad{color:var(--bad)}
        .decision{font-size:1.15rem;max-width:46rem;overflow-wrap:anywhere}
        .words{font-size:1.15rem;max-width:46rem;border-left:3px solid var(--blue);padding-left:1rem;overflow-wrap:anywhere}
        .lead,.reasons,.findings{max-width:46rem;overflow-wrap:anywhere}
        .lead{color:var(--soft)}
        .reasons,.findings{padding-left:1.2rem;margin:0 0 1rem}
        .findings li{margin:.25rem 0}
        code{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--soft)}
        .scroll{overflow-x:auto;border-radius:.5rem}
        .scroll:focus-visible,summary:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
        table{border-collapse:collapse;width:100%;background:var(--card);font-size:.93rem;border-radius:.5rem}
        th,td{padding:.5rem .75rem;text-align:left;vertical-align:top;border-top:1px solid var(--line);font-weight:400}
        thead th{color:var(--soft);font-size:.85rem;border-top:0;vertical-align:bottom}
        tbody th{overflow-wrap:anywhere;min-width:7rem}
        .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .strong,.decides>th{font-weight:650}
        .note{color:var(--soft);font-size:.85rem;font-weight:400}
        th>.note{display:block;max-width:34rem}
        p.note{max-width:46rem;margin-bottom:.6rem}
        p:empty{display:none}
        .metrics tbody th{min-width:12rem}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1.25rem}
        figure{margin:0;padding:1.1rem 1.2rem;background:var(--card);border:1px solid var(--line);border-radius:.6rem;min-width:0;display:flex;flex-direction:column}
        .figures>figure{display:grid;grid-row:span 3;grid-template-rows:subgrid;row-gap:0}
        figure h2,figure h3{font-size:1rem;line-height:1.35;margin:0 0 .25rem}
        figure p{color:var(--soft);font-size:.88rem;margin:0 0 .6rem;overflow-wrap:anywhere}
        figure svg{display:block;width:100%;max-width:28rem;height:auto;margin:0 auto}
        figure:has(table){grid-column:1/-1}
        .key{display:flex;flex-wrap:wrap;align-content:start;gap:.2rem 1.1rem;margin:.6rem 0 0!important}
        .key span{display:inline-flex;align-items:center;gap:.45rem}
        .key i{flex:none;width:1.1rem;border-top:2.5px solid var(--blue)}
        .key i.champion{border-color:var(--orange)}.key i.third{border-color:var(--good)}
        .key i.dash{border-top:1.5px dashed var(--soft)}
        .key i.box{height:.75rem;width:.75rem;border:0;border-radius:2px;background:var(--blue)}
        .key i.box.champion{background:var(--orange)}
        .key i.box.soft{opacity:.3}
        .key i.dot{height:.6rem;width:.6rem;border:0;border-radius:50%;background:var(--blue)}
        svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--soft)}
        .grid{stroke:var(--line)}
        .guess{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 4}
        .guess.strong{stroke:var(--ink)}
        .zero{stroke:var(--ink);stroke-width:1.25}
        .curve{fill:none;stroke:var(--blue);stroke-width:2.5;stroke-linejoin:round}
        .curve.champion{stroke:var(--orange);stroke-width:2}.curve.third{stroke:var(--good);stroke-width:2}
        .bar{fill:var(--blue)}.bar.champion{fill:var(--orange)}.bar.soft{opacity:.3}
        .dot{fill:var(--blue);stroke:var(--card);stroke-width:1.5}
        .dot.champion{fill:var(--orange)}.dot.third{fill:var(--good)}
        .whisker{stroke:var(--blue);stroke-width:1.5}
        .interval{stroke:var(--blue);stroke-width:7;stroke-linecap:round;opacity:.4}
        .points{fill:var(--blue);fill-opacity:.3}
        .heat{background:color-mix(in srgb,var(--orange) calc(var(--share)*.5),transparent)}
        .heat.right{background:color-mix(in srgb,var(--blue) calc(var(--share)*.5),transparent)}
        .confusion{table-layout:fixed}
        .confusion th,.confusion td{border:2px solid var(--card);padding:.45rem .6rem;overflow-wrap:anywhere;min-width:0}
        .confusion th:first-child{width:10.5rem;position:sticky;left:0;background:var(--card)}
        .confusion thead th{white-space:normal}
        .confusion td{vertical-align:middle}
        .confusion tfoot th,.confusion tfoot td{color:var(--soft);padding-top:.8rem}
        .bars{max-width:46rem}
        .bars th,.bars td{border:0;padding:.28rem .75rem;vertical-align:middle}
        .bars tbody th{width:38%}
        .meter svg{display:block;width:100%;height:.85rem}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(10rem,1fr));gap:.6rem 1.5rem;margin:0}
        dt{color:var(--soft);font-size:.85rem}
        dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
        .lineage div{padding:.35rem 0}
        summary{cursor:pointer;font-weight:650;padding:.3rem 0}
        details{margin:1.5rem 0 0}
        section>details:only-child{margin:0}
        @media(max-width:34rem){.confusion th:first-child{width:6.5rem}th,td{padding:.45rem .5rem}figure{padding:.9rem .8rem}
        .metrics tr{display:grid;grid-template-columns:repeat(var(--numbers),1fr);border-top:1px solid var(--line)}.metrics thead tr,.metrics thead th:first-child,.metrics td,.metrics th{border:0}
        .metrics tr>:first-child{grid-column:1/-1}.metrics tr>:first-child{padding-bottom:0}.metrics thead th{white-space:normal}.metrics .number{text-align:left}}
        @media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--blue:#1f62a8;--orange:#b0531a;--good:#17713f;--bad:#b1281f}
        body{font-size:10.5pt}figure,tr{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}details::details-content{content-visibility:visible}}
        """;
}

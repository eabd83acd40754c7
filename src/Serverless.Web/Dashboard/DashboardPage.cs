using System.Globalization;
using Serverless.Core.Reports;

namespace Serverless.Web.Dashboard;

/// <summary>What all pages have around them.</summary>
internal static class DashboardPage
{
    /// <summary>Seconds after which a page looks for a newer state of itself.</summary>
    private const int Every = 10;
    private const int EveryWhileRunning = 2;

    /// <param name="isRunning">Whether something moves that is worth to be watched closely.</param>
    public static string Write(string title, bool isRunning, DateTimeOffset now, Html content)
    {
        Html body = $"""
            <header class="bar"><nav aria-label="Dashboard"><a href="/">All models</a></nav>
            <p id="as-of">As of {now.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} UTC</p></header>
            {Said()}
            <main id="main" data-every="{(isRunning ? EveryWhileRunning : Every)}">{content}</main>
            <dialog id="ask" aria-labelledby="ask-title" aria-describedby="ask-question"><form>
            <h2 id="ask-title">Are you sure?</h2><p id="ask-question"></p>
            <p><label for="ask-reason">Why? It is kept in the history.</label>
            <input id="ask-reason" maxlength="500" autocomplete="off"></p>
            <div class="actions"><button type="button" class="main" id="ask-yes" value="yes">Yes</button>
            <button type="button" value="no">Cancel</button></div></form></dialog>
            <footer><noscript>Without scripts this page has no buttons and shows the state when it was loaded.
            </noscript></footer>
            """;
        return Frame(title, body);
    }

    /// <summary>Where the results of buttons are told: on the screen, and to screen readers.</summary>
    public static Html Said() => $"""
        <div class="said"><div id="said" role="status" class="good"></div>
        <div id="failed" role="alert" class="bad"></div></div>
        """;

    public static string Frame(string title, Html body)
    {
        Html page = $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
            <title>{title}</title><style>{Html.Raw(ReportStyle.Css)}{Html.Raw(DashboardAssets.Css)}</style>
            <noscript><style>button{Html.Raw("{display:none}")}</style></noscript></head>
            <body>{body}<script>{Html.Raw(DashboardAssets.Script)}</script></body></html>

            """;
        return page.ToString();
    }
}

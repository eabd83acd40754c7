using Serverless.Core.Reports;

namespace Serverless.Web.Dashboard;

/// <summary>Asks for the function key, and is then the place where pages behind the key are shown.</summary>
internal static class SignInPage
{
    public static string Write()
    {
        Html body = $"""
            {DashboardPage.Said()}
            <main class="entrance"><h1 id="title" tabindex="-1">Dashboard</h1><div class="panel">
            <form id="sign-in"><p><label for="key">Function key</label>
            <input id="key" type="password" autocomplete="off" spellcheck="false" required></p>
            <p class="note">It stays in this tab, and is forgotten when the tab is closed.</p>
            <button class="main">Open</button></form>
            <noscript><p>Without scripts, open the address “/” with the key in its query, as “?code=”.</p></noscript>
            </div></main>
            """;
        return DashboardPage.Frame("Dashboard", body);
    }
}

using Serverless.Core.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Local.Hosting.Console;

/// <summary>Formats one run: a line with a progress bar while it runs, one to three lines when it has ended.</summary>
internal static class RunLines
{
    // One column stays free, because some terminals wrap when the last one is written.
    private const int Margin = 1;

    private const int StageWidth = 11;
    private const int PercentWidth = 4;
    private const int Gaps = 8;
    private const int OutcomeMessageLines = 2;
    private const int IntakeLines = 3;

    /// <summary>
    /// Model, stage, bar, percentage and, if there is room, the message; one line at any width.
    /// </summary>
    public static IRenderable Progress(RunUpdate run, Profile profile)
    {
        var width = profile.Width - Margin;
        var nameWidth = Math.Clamp(width / 4, 12, 28);
        var barWidth = Math.Clamp(width / 4, 10, 40);
        var share = Math.Clamp(double.IsFinite(run.Progress) ? run.Progress : 0, 0, 1);
        var done = (int)(share * barWidth);
        var (full, empty) = profile.Capabilities.Unicode ? ('━', '─') : ('#', '-');
        var rest = width - nameWidth - StageWidth - barWidth - PercentWidth - Gaps;

        var line = new Paragraph()
            .Append(
                ConsoleText.Fit(ConsoleText.CleanLine(run.Model), nameWidth), new Style(decoration: Decoration.Bold))
            .Append("  ")
            .Append(ConsoleText.Fit(StageName(run.Stage), StageWidth) + "  ")
            .Append(new string(full, done), new Style(Color.Green))
            .Append(new string(empty, barWidth - done), new Style(Color.Grey))
            .Append($"  {(int)(share * 100),3}%");

        // Fewer letters of the message would be unreadable.
        if (rest >= 12)
        {
            line.Append("  " + ConsoleText.Cut(ConsoleText.CleanLine(run.Message), rest), new Style(Color.Grey));
        }

        return line;
    }

    /// <summary>How the run ended, and why.</summary>
    public static IRenderable Outcome(RunUpdate run, int width)
    {
        var (word, color) = Ending(run);
        var model = ConsoleText.CleanLine(run.Model);
        var text = new Paragraph()
            .Append($"{model} {word}", new Style(color, decoration: Decoration.Bold));
        var room = width - Margin - ConsoleText.Width(model) - word.Length - 3;
        if (room >= 8)
        {
            text.Append($"  {ConsoleText.Cut(ConsoleText.CleanLine(run.File), room)}", new Style(Color.Grey));
        }

        text.Append("\n");
        foreach (var line in ConsoleText.Wrap(ConsoleText.Clean(run.Message), width - Margin - 2, OutcomeMessageLines))
        {
            text.Append($"  {line}\n");
        }

        foreach (var sentence in run.Intake)
        {
            foreach (var line in ConsoleText.Wrap(ConsoleText.Clean(sentence), width - Margin - 2, IntakeLines))
            {
                text.Append($"  {line}\n", new Style(Color.Grey));
            }
        }

        return text;
    }

    public static string PlainStage(RunUpdate run) =>
        $"{ConsoleText.CleanLine(run.Model)}: {StageName(run.Stage)} {ConsoleText.CleanLine(run.File)}";

    public static string PlainOutcome(RunUpdate run) =>
        $"{ConsoleText.CleanLine(run.Model)}: {Ending(run).Word} {ConsoleText.CleanLine(run.File)}: "
        + ConsoleText.CleanLine(string.Join(" ", run.Intake.Prepend(run.Message)));

    private static string StageName(RunStage stage) => stage.ToString().ToLowerInvariant();

    private static (string Word, Color Color) Ending(RunUpdate run) => (run.Stage, run.Promoted) switch
    {
        (RunStage.Accepted, _) => ("taken in", Color.Default),
        (RunStage.Completed, true) => ("promoted", Color.Green),
        (RunStage.Completed, false) => ("not promoted", Color.Yellow),
        (RunStage.Completed, null) => ("done", Color.Default),
        (RunStage.Rejected, _) => ("rejected", Color.Red),
        (RunStage.CutOff, _) => ("to be continued", Color.Default),
        _ => ("failed", Color.Red),
    };
}

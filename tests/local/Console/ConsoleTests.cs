using System.Text.RegularExpressions;
using Serverless.Core.Training;
using Serverless.Local.Hosting.Console;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Local.Tests.Console;

public sealed partial class ConsoleTests
{
    private static readonly RunUpdate Train = new(
        "1", "bird-strikes", "bird-strikes.csv", RunStage.Training, 0.45, "trees: trial 3 of 8, best auc 0.912");

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public void A_run_is_one_line_at_any_width(int width)
    {
        foreach (var run in new[]
        {
            Train,
            Train with { Progress = 1, Message = new string('x', 500) },
            Train with { Model = new string('m', 63), Message = "数据文件的第一千行 " + new string('字', 200) },
            Train with { Progress = double.NaN, Message = "" },
            Train with { Progress = 7, Message = "one\ntwo" },
        })
        {
            var line = Assert.Single(Lines(RunLines.Progress(run, Console(width, out _).Profile), width));
            Assert.InRange(ConsoleText.Width(line), 1, width - 1);
        }
    }

    [Fact]
    public void The_line_says_model_stage_share_and_what_is_done_where_there_is_room()
    {
        var wide = Assert.Single(Lines(RunLines.Progress(Train, Console(120, out _).Profile), 120));
        Assert.StartsWith("bird-strikes ", wide);
        Assert.Matches("training +━+─+  +45%  trees: trial 3 of 8", wide);
        var bar = Bar().Match(wide).Value;
        Assert.Equal(0.45, (double)bar.Count(c => c == '━') / bar.Length, 0.05);

        var narrow = Assert.Single(Lines(RunLines.Progress(Train, Console(60, out _).Profile), 60));
        Assert.Matches("bird-strikes +training +━+─+  +45%", narrow);
    }

    [Theory]
    [InlineData(RunStage.Accepted, null, "taken in")]
    [InlineData(RunStage.Completed, true, "promoted")]
    [InlineData(RunStage.Completed, false, "not promoted")]
    [InlineData(RunStage.Completed, null, "done")]
    [InlineData(RunStage.Rejected, null, "rejected")]
    [InlineData(RunStage.Failed, null, "failed")]
    [InlineData(RunStage.CutOff, null, "to be continued")]
    public void An_outcome_is_one_to_three_lines_at_any_width(RunStage stage, bool? promoted, string word)
    {
        foreach (var width in new[] { 60, 80, 120, 200 })
        {
            foreach (var message in new[] { "", "short", string.Join(
                ' ', Enumerable.Repeat("reason", 100)), new string('x', 900), "数据 "
                + new string('字', 300) })
            {
                var end = Train with
                {
                    Stage = stage,
                    Promoted = promoted,
                    Message = message,
                    File = new string('f', 200)
                };
                var lines = Lines(RunLines.Outcome(end, width), width);
                Assert.InRange(lines.Count, 1, 3);
                Assert.StartsWith($"bird-strikes {word}  f", lines[0]);
                Assert.All(lines, line => Assert.InRange(ConsoleText.Width(line), 1, width - 1));
            }
        }
    }

    [Theory]
    [InlineData(true, "\e[1;38;5;2m")]
    [InlineData(false, "\e[1;38;5;11m")]
    [InlineData(null, "\e[1;38;5;9m")]
    public async Task A_terminal_shows_live_lines_then_the_outcome_in_its_colour(bool? promoted, string color)
    {
        var feed = new RunFeed();
        var console = Console(100, out var output);
        var shown = new RunConsole(new(console), feed);
        shown.Start();
        feed.Publish(Train);
        await Until.TrueAsync(() => output.ToString().Contains("45%", StringComparison.Ordinal), "the live line");
        shown.WriteLine("a line of the log");
        feed.Publish(Train with { Progress = 0.9 });
        await Until.TrueAsync(() => output.ToString().Contains("90%", StringComparison.Ordinal), "the next live line");
        feed.Publish(Train with { RunId = "2", Model = "weather" });
        await Until.TrueAsync(
            () => output.ToString().Contains("weather", StringComparison.Ordinal), "the second live line");
        Assert.Equal(
            ["a line of the log", "bird-strikes", "weather"],
            new Screen(output.ToString()).Lines.Select(l => l.StartsWith('a') ? l : l.Split(' ')[0]));

        feed.Publish(Train with
        {
            Stage = promoted is null ? RunStage.Rejected : RunStage.Completed,
            Promoted = promoted,
            Message = "The reason."
        });
        feed.Publish(
            Train with { RunId = "2", Model = "weather", Stage = RunStage.Completed, Message = "Nothing to do." });
        await shown.StopAsync();
        Assert.Contains(color, output.ToString());
        var outcome = promoted switch { true => "promoted", false => "not promoted", null => "rejected" };
        Assert.Equal(
            [
                "a line of the log",
                $"bird-strikes {outcome}  bird-strikes.csv",
                "  The reason.",
                "weather done  bird-strikes.csv",
                "  Nothing to do.",
            ],
            new Screen(output.ToString()).Lines);
    }

    [Fact]
    public async Task More_runs_than_the_window_has_lines_are_counted()
    {
        var feed = new RunFeed();
        var shown = new RunConsole(new(Console(80, out var output)), feed);
        shown.Start();
        for (var i = 0; i < 100; i++) feed.Publish(Train with { RunId = $"{i:000}", Progress = i / 100.0 });
        await Until.TrueAsync(
            () => output.ToString().Contains("and 63 more", StringComparison.Ordinal), "the count of the others");
        Assert.Equal(38, new Screen(output.ToString()).Lines.Count);
        await shown.StopAsync();
        Assert.Empty(new Screen(output.ToString()).Lines);
    }

    [Fact]
    public async Task Names_and_messages_of_others_can_neither_colour_nor_move_nor_be_taken_for_markup()
    {
        var feed = new RunFeed();
        var shown = new RunConsole(new(Console(100, out var output)), feed);
        shown.Start();
        feed.Publish(Train with { File = "[red]a[/].csv", Message = "[bold]x[/]\e[2J\a" });
        await Until.TrueAsync(
            () => output.ToString().Contains("[bold]x[/] [2J", StringComparison.Ordinal), "the message as it is");
        feed.Publish(Train with { Stage = RunStage.Rejected, File = "[/red]\e]0;title\a", Message = "[nonsense" });
        await shown.StopAsync();
        Assert.DoesNotContain("\e[2J", output.ToString());
        Assert.DoesNotContain("\e]0;", output.ToString());
        Assert.Contains("[nonsense", output.ToString());
    }

    [Fact]
    public async Task Redirected_it_writes_a_plain_line_for_each_stage_and_each_end()
    {
        var feed = new RunFeed();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new Terminal(new LockedWriter(), width: 60),
        });
        var shown = new RunConsole(new(console), feed);
        shown.Start();
        for (var i = 0; i < 50; i++) feed.Publish(Train with { Progress = i / 50.0 });
        feed.Publish(Train with { Stage = RunStage.Evaluating });
        feed.Publish(Train with
        {
            Stage = RunStage.Completed,
            Promoted = false,
            Message = "Not surely better than version 3:\n" + new string('x', 100)
        });
        await shown.StopAsync();
        Assert.Equal(
            [
                "bird-strikes: training bird-strikes.csv",
                "bird-strikes: evaluating bird-strikes.csv",
                "bird-strikes: not promoted bird-strikes.csv: Not surely better than version 3: "
                    + new string('x', 100),
                "",
            ],
            console.Profile.Out.Writer.ToString()!.ReplaceLineEndings("\n").Split('\n'));
    }

    private static IAnsiConsole Console(int width, out StringWriter output)
    {
        output = new LockedWriter();
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.EightBit,
            Interactive = InteractionSupport.Yes,
            Out = new Terminal(output, width),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
    }

    private static List<string> Lines(IRenderable content, int width)
    {
        var console = Console(width, out var output);
        console.Profile.Capabilities.Ansi = false;
        console.Write(content);
        return [.. output.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')];
    }

    [GeneratedRegex("[━─]+")]
    private static partial Regex Bar();

    private sealed class Terminal(TextWriter writer, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => width;

        public int Height => 40;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }

    /// <summary>A test reads it while the console writes.</summary>
    private sealed class LockedWriter : StringWriter
    {
        private readonly Lock _lock = new();

        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_lock) base.Write(value);
        }

        public override void Write(string? value)
        {
            lock (_lock) base.Write(value);
        }

        public override void WriteLine(string? value)
        {
            lock (_lock) base.WriteLine(value);
        }

        public override string ToString()
        {
            lock (_lock) return base.ToString();
        }
    }
}

using System.Threading.Channels;
using Serverless.Core.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Local.Hosting.Console;

/// <summary>
/// The host's terminal. An interactive one shows a live line for each run, its outcome when it ends, and the log above;
/// redirected output gets plain lines. All output goes through one queue, so that nothing interrupts the live lines.
/// </summary>
public sealed class RunConsole
{
    private const int Capacity = 10_000;

    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly Lazy<IAnsiConsole> _console;
    private readonly RunFeed _feed;
    private readonly Channel<ConsoleEntry> _entries = Channel.CreateBounded<ConsoleEntry>(Capacity);
    private readonly SortedDictionary<string, RunUpdate> _active = new(StringComparer.Ordinal);
    private Task? _pump;
    private int _dropped;

    /// <param name="console">
    /// Created with the first output: detecting the capabilities of the terminal would delay the start.
    /// </param>
    public RunConsole(Lazy<IAnsiConsole> console, RunFeed feed) => (_console, _feed) = (console, feed);

    private LiveRegion Region => field ??= new LiveRegion(_console.Value);

    private bool IsLive => _console.Value.Profile.Capabilities is { Interactive: true, Ansi: true };

    public void Start()
    {
        _feed.Updated += Show;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>Stops after all queued output is shown.</summary>
    public async Task StopAsync()
    {
        _feed.Updated -= Show;
        _entries.Writer.TryComplete();
        // A host that could not start may have queued output too.
        await (_pump ?? PumpAsync());
    }

    public void WriteLine(string text) => Show(new LineEntry(ConsoleText.Clean(text), Style.Plain));

    internal void Show(ConsoleEntry entry)
    {
        // A paused terminal (Ctrl-S) must neither block the work nor fill the memory.
        if (!_entries.Writer.TryWrite(entry)) Interlocked.Increment(ref _dropped);
    }

    private void Show(RunUpdate update) => Show(new RunEntry(update));

    private async Task PumpAsync()
    {
        while (await _entries.Reader.WaitToReadAsync())
        {
            Region.Erase();
            ShowWaiting();
            if (!IsLive || _active.Count == 0) continue;
            Region.Draw([.. _active.Values.Select(run => RunLines.Progress(run, _console.Value.Profile))]);
            await Task.Delay(Frame);
        }

        Region.Erase();
    }

    private void ShowWaiting()
    {
        while (_entries.Reader.TryRead(out var entry))
        {
            switch (entry)
            {
                case LineEntry line:
                    // Leaves the wrapping to the terminal, so that a command can be copied as one line.
                    if (line.Style.Equals(Style.Plain)) _console.Value.Profile.Out.Writer.WriteLine(line.Text);
                    else Write(new Text(line.Text + Environment.NewLine, line.Style), line.Text);
                    break;
                case RunEntry run:
                    ShowRun(run.Update);
                    break;
            }
        }

        if (Interlocked.Exchange(ref _dropped, 0) is var dropped and > 0)
        {
            var notice = $"{dropped} lines came too fast and were left out";
            Write(new Text(notice + Environment.NewLine), notice);
        }
    }

    private void ShowRun(RunUpdate update)
    {
        if (update.IsEnd)
        {
            _active.Remove(update.RunId);
            Write(RunLines.Outcome(update, _console.Value.Profile.Width), RunLines.PlainOutcome(update));
            return;
        }

        var isNewStage = !_active.TryGetValue(update.RunId, out var before) || before.Stage != update.Stage;
        _active[update.RunId] = update;
        if (isNewStage && !IsLive) _console.Value.Profile.Out.Writer.WriteLine(RunLines.PlainStage(update));
    }

    private void Write(IRenderable styled, string plain)
    {
        // Programs read redirected output: write one line for each event, without wrapping.
        if (IsLive) _console.Value.Write(styled);
        else _console.Value.Profile.Out.Writer.WriteLine(plain);
    }
}

/// <summary>Output in the queue.</summary>
internal abstract record ConsoleEntry;

internal sealed record LineEntry(string Text, Style Style) : ConsoleEntry;

internal sealed record RunEntry(RunUpdate Update) : ConsoleEntry;

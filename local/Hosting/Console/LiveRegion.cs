using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Local.Hosting;

/// <summary>
/// Lines at the bottom of a terminal that are drawn again and again, below what stays. Spectre's own live display
/// does not erase what a line written above it leaves of the old one, and moves up too far when it has one line.
/// </summary>
internal sealed class LiveRegion(IAnsiConsole console)
{
    private int _height;

    /// <summary>Puts the cursor where the region began, with nothing below it.</summary>
    public void Erase()
    {
        if (_height == 0) return;
        var up = _height > 1 ? $"\e[{_height - 1}A" : "";
        console.Write(new ControlCode($"\r{up}\e[J"));
        _height = 0;
    }

    /// <param name="lines">
    /// Each fits on one line of the terminal. Those that the window is too low for are only counted.
    /// </param>
    public void Draw(IReadOnlyList<IRenderable> lines)
    {
        var most = Math.Max(1, console.Profile.Height - 2);
        if (lines.Count > most) lines = [.. lines.Take(most - 1), new Text($"and {lines.Count - most + 1} more")];
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0) console.WriteLine();
            console.Write(lines[i]);
        }

        _height = lines.Count;
    }
}

using Spectre.Console;
using Spectre.Console.Rendering;

namespace Serverless.Local.Hosting.Console;

/// <summary>
/// Lines at the bottom of a terminal that are redrawn, below the lines that stay. Spectre's own live display leaves
/// remains of old lines when a line is written above it, and moves up too far when it has one line.
/// </summary>
internal sealed class LiveRegion(IAnsiConsole console)
{
    private int _height;

    /// <summary>Erases the region and puts the cursor where it began.</summary>
    public void Erase()
    {
        if (_height == 0) return;
        var up = _height > 1 ? $"\e[{_height - 1}A" : "";
        console.Write(new ControlCode($"\r{up}\e[J"));
        _height = 0;
    }

    /// <param name="lines">
    /// Each fits on one line of the terminal. Lines beyond the height of the window are only counted.
    /// </param>
    public void Draw(IReadOnlyList<IRenderable> lines)
    {
        var maxLines = Math.Max(1, console.Profile.Height - 2);
        if (lines.Count > maxLines)
        {
            lines = [.. lines.Take(maxLines - 1), new Text($"and {lines.Count - maxLines + 1} more")];
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0) console.WriteLine();
            console.Write(lines[i]);
        }

        _height = lines.Count;
    }
}

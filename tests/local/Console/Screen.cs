using System.Globalization;
using System.Text;

namespace Serverless.Local.Tests.Console;

/// <summary>
/// What a person sees of an output: a terminal of unbounded size that knows the sequences that are used here.
/// </summary>
public sealed class Screen
{
    private readonly List<StringBuilder> _lines = [new()];
    private int _row;
    private int _column;

    public Screen(string output)
    {
        for (var i = 0; i < output.Length; i++)
        {
            switch (output[i])
            {
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    _column = 0;
                    if (++_row == _lines.Count) _lines.Add(new StringBuilder());
                    break;
                case '\e':
                    var end = i + 2;
                    while (!char.IsAsciiLetter(output[end])) end++;
                    Control(output[end], output[(i + 2)..end]);
                    i = end;
                    break;
                default:
                    Put(output[i]);
                    break;
            }
        }
    }

    /// <summary>From the top, without the empty ones at the bottom.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var lines = _lines.ConvertAll(l => l.ToString().TrimEnd());
            while (lines.Count > 0 && lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
            return lines;
        }
    }

    private void Control(char command, string argument)
    {
        switch (command)
        {
            case 'm':
                break;
            case 'A':
                // A terminal takes 0 for 1.
                _row = Math.Max(0, _row - Math.Max(1, int.Parse(argument, CultureInfo.InvariantCulture)));
                break;
            case 'J':
                Assert.Equal("", argument);
                if (_column < _lines[_row].Length) _lines[_row].Length = _column;
                _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
                break;
            default:
                Assert.Fail($"This screen does not know '{argument}{command}'.");
                break;
        }
    }

    private void Put(char c)
    {
        var line = _lines[_row];
        while (line.Length <= _column) line.Append(' ');
        line[_column++] = c;
    }
}

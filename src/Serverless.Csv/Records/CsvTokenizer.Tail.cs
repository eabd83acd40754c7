using Serverless.Csv.Layout;
using Serverless.Csv.Text;

namespace Serverless.Csv.Records;

/// <summary>
/// Leaves out the lines before and after the table. As the latter are known only at the end of the file, the last text
/// of each fill is held back until more of it, or the end, has been read.
/// </summary>
public sealed partial class CsvTokenizer
{
    private readonly byte[] _held = form is { Fields: > 1 } ? new byte[TableEnd.MaxBytes + Padding] : [];
    private int _heldBytes;
    private int _charactersAfter;

    /// <summary>Passes over the lines before the names.</summary>
    private void SkipLines()
    {
        var to = _position;
        for (var i = 0; i < _form.SkippedLines; i++)
        {
            to += _buffer.AsSpan(to, _end - to).IndexOf((byte)'\n') + 1;
        }

        _nextLine = LineOf(to);
        _position = to;
    }

    /// <param name="hasLineEnd">Whether the text so far ends with a line end of its own.</param>
    private void HoldBack(bool hasLineEnd)
    {
        if (_ended)
        {
            // The added line end is no character of the file.
            if (!hasLineEnd) _charactersAfter = -1;
            CutTail(hasLineEnd);
            return;
        }

        var held = _end - TableEnd.MaxBytes;
        if (held <= _position) return;
        held += _buffer.AsSpan(held, _end - held).IndexOf((byte)'\n') + 1;
        _heldBytes = _end - held;
        _buffer.AsSpan(held, _heldBytes).CopyTo(_held);
        CutAt(held);
    }

    /// <summary>Puts back what was held.</summary>
    private void TakeHeld()
    {
        _held.AsSpan(0, _heldBytes).CopyTo(_buffer.AsSpan(_end));
        _end += _heldBytes;
        _heldBytes = 0;
    }

    private void CutTail(bool hasLineEnd)
    {
        var from = Math.Max(_position, _end - TableEnd.MaxBytes);
        if (from > _position) from += _buffer.AsSpan(from, _end - from).IndexOf((byte)'\n') + 1;
        var found = new List<(int Start, int Length)>();
        var tail = _buffer.AsSpan(from, _end - from);
        var end = new TableEnd(_form.Fields, Delimiter).Find(
            tail, hasLineEnd, isAfterRows: _resumed && from == _position, found);
        if (found.Count == 0) return;
        foreach (var (start, length) in Enumerable.Reverse(found))
        {
            _notes.Add(TableEnd.ToNote(tail.Slice(start, length), LineOf(from + start)));
        }

        CutAt(from + end);
    }

    private void CutAt(int at)
    {
        if (_encoding == TextEncoding.Windows1252)
        {
            _charactersAfter += CountCharacters(_buffer.AsSpan(at, _end - at));
        }

        _end = at;
    }
}

namespace Serverless.Learning.Texts;

/// <summary>Enumerates the words of a text and the pairs of neighbouring ones (unigrams and bigrams).</summary>
/// <param name="words">As <see cref="WordText"/> writes them.</param>
internal ref struct WordGroups(ReadOnlySpan<byte> words)
{
    private readonly ReadOnlySpan<byte> _words = words;
    private int _previous = -1;
    private int _start = -1;
    private int _end = -1;
    private bool _pairIsNext;

    public readonly WordGroups GetEnumerator() => this;

    public ReadOnlySpan<byte> Current { get; private set; } = default;

    public bool MoveNext()
    {
        if (_pairIsNext)
        {
            _pairIsNext = false;
            Current = _words[_previous.._end];
            return true;
        }

        if (_end + 1 >= _words.Length) return false;
        (_previous, _start) = (_start, _end + 1);
        var length = _words[_start..].IndexOf((byte)' ');
        _end = length < 0 ? _words.Length : _start + length;
        _pairIsNext = _previous >= 0;
        Current = _words[_start.._end];
        return true;
    }
}

using System.Text;

namespace Serverless.Datasets;

/// <summary>
/// Gives texts consecutive codes in order of first appearance, and finds them by their bytes: no string is made for a row.
/// A hash table with linear probing, at most half full.
/// </summary>
internal sealed class CategoryIndex
{
    private readonly List<byte[]> _texts = [];
    private readonly List<uint> _hashes = [];
    private int[] _slots = NewSlots(16);

    public int Count => _texts.Count;

    public long TextBytes { get; private set; }

    /// <summary>−1 where the text is not known.</summary>
    public int Find(ReadOnlySpan<byte> text) => _slots[Slot(text, Hash(text))];

    /// <summary>Adds a text that is not known.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        var hash = Hash(text);
        _texts.Add(text.ToArray());
        _hashes.Add(hash);
        TextBytes += text.Length;
        if (2 * _texts.Count > _slots.Length) Rebuild(_slots.Length * 2);
        else _slots[Slot(text, hash)] = _texts.Count - 1;
        return _texts.Count - 1;
    }

    /// <summary>Undoes the last addition.</summary>
    public void RemoveNewest()
    {
        // The newest entry ends its chain of probes, so that nothing behind it is lost.
        var newest = _texts.Count - 1;
        _slots[Slot(_texts[newest], _hashes[newest])] = -1;
        TextBytes -= _texts[newest].Length;
        _texts.RemoveAt(newest);
        _hashes.RemoveAt(newest);
    }

    public string[] ToTexts() => [.. _texts.Select(Encoding.UTF8.GetString)];

    private static uint Hash(ReadOnlySpan<byte> text) => (uint)RowHash.Of(text);

    private static int[] NewSlots(int count)
    {
        var slots = new int[count];
        Array.Fill(slots, -1);
        return slots;
    }

    /// <summary>Where the text is, or the free place where it would be.</summary>
    private int Slot(ReadOnlySpan<byte> text, uint hash)
    {
        var slots = _slots;
        var slot = (int)(hash & (uint)(slots.Length - 1));
        while (slots[slot] is >= 0 and var code && !(_hashes[code] == hash && text.SequenceEqual(_texts[code])))
        {
            slot = (slot + 1) & (slots.Length - 1);
        }

        return slot;
    }

    private void Rebuild(int size)
    {
        // In order of addition, so that RemoveNewest stays right.
        _slots = NewSlots(size);
        for (var code = 0; code < _texts.Count; code++) _slots[Slot(_texts[code], _hashes[code])] = code;
    }
}

using System.Runtime.InteropServices;
using System.Text;
using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tables;

/// <summary>
/// Assigns texts consecutive codes in order of first appearance and finds them by their bytes, without creating a
/// string per row. A hash table with linear probing, at most half full.
/// </summary>
internal sealed class CategoryIndex
{
    private readonly List<byte[]> _texts = [];
    private readonly List<ulong> _hashes = [];
    private Slot[] _slots = new Slot[16];

    /// <param name="Number">The code plus one; 0 where the slot is free.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Slot(ulong Hash, int Number);

    public int Count => _texts.Count;

    public long TextBytes { get; private set; }

    /// <summary>The text's code; −1 if unknown.</summary>
    /// <param name="hash">The text's <see cref="FieldHash"/>.</param>
    public int Find(ReadOnlySpan<byte> text, ulong hash) => _slots[Place(text, hash)].Number - 1;

    public int FindOrAdd(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var hash = FieldHash.Of(utf8);
        return Find(utf8, hash) is >= 0 and var code ? code : Add(utf8, hash);
    }

    /// <summary>Adds an unknown text.</summary>
    public int Add(ReadOnlySpan<byte> text, ulong hash)
    {
        _texts.Add(text.ToArray());
        _hashes.Add(hash);
        TextBytes += text.Length;
        if (2 * _texts.Count > _slots.Length) Grow();
        else _slots[Place(text, hash)] = new Slot(hash, _texts.Count);
        return _texts.Count - 1;
    }

    public string[] ToTexts() => [.. _texts.Select(Encoding.UTF8.GetString)];

    /// <summary>The slot that holds the text, or the free slot for it.</summary>
    private int Place(ReadOnlySpan<byte> text, ulong hash)
    {
        var slots = _slots;
        for (var place = (int)hash & (slots.Length - 1); ; place = (place + 1) & (slots.Length - 1))
        {
            var slot = slots[place];
            if (slot.Number == 0 || (slot.Hash == hash && text.SequenceEqual(_texts[slot.Number - 1]))) return place;
        }
    }

    private void Grow()
    {
        _slots = new Slot[_slots.Length * 2];
        for (var code = 0; code < _texts.Count; code++)
        {
            _slots[Place(_texts[code], _hashes[code])] = new Slot(_hashes[code], code + 1);
        }
    }
}

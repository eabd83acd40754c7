namespace Serverless.Learning.Tables;

/// <summary>
/// One code per row, in as many byte planes as the largest code so far needs; further planes are allocated on demand.
/// </summary>
/// <param name="capacity">Max rows.</param>
public sealed class RowCodes(int capacity)
{
    private readonly byte[][] _planes = [new byte[capacity], [], [], []];

    public int Count { get; private set; }

    public long Size => _planes.Sum(p => (long)p.Length);

    /// <summary>The code of a row; −1 is a missing value.</summary>
    public int this[int row]
    {
        get
        {
            var stored = (int)_planes[0][row];
            for (var plane = 1; plane < _planes.Length && _planes[plane].Length > 0; plane++)
            {
                stored |= _planes[plane][row] << (8 * plane);
            }

            return stored - 1;
        }
    }

    public void Add(int code)
    {
        var stored = code + 1;
        _planes[0][Count] = (byte)stored;
        for (var plane = 1; plane < _planes.Length; plane++)
        {
            if (_planes[plane].Length == 0)
            {
                if (stored >>> (8 * plane) == 0) break;
                _planes[plane] = new byte[capacity];
            }

            _planes[plane][Count] = (byte)(stored >>> (8 * plane));
        }

        Count++;
    }

    /// <summary>The first byte of each row, which may be overwritten once the codes have been read.</summary>
    public byte[] FirstPlane => _planes[0];
}

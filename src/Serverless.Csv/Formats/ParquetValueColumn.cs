using System.Runtime.InteropServices;
using Parquet.Schema;

namespace Serverless.Csv.Formats;

/// <summary>Values of one size, which null ones leave out.</summary>
internal abstract class ParquetValueColumn<T>(DataField field) : ParquetColumn, ParquetPages.IValues
    where T : struct
{
    private T[] _values = [];
    private T[] _dictionary = [];
    private int[] _levels = [];
    private int _read;

    protected DataField Field => @field;

    /// <summary>Number of rows in the group.</summary>
    protected int Rows { get; private set; }

    internal override async ValueTask ReadAsync(ParquetGroup group, CancellationToken cancellationToken)
    {
        if (IsStoredAs(group.TypeOf(field)) && TryReadPages(group)) return;
        Start(group);
        if (field.MaxDefinitionLevel == 0)
        {
            await group.Reader.ReadRawAsync<T>(field, _values, null, null, cancellationToken);
            _levels.AsSpan(0, Rows).Clear();
        }
        else
        {
            await group.Reader.ReadRawAsync<T>(field, _values, _levels, null, cancellationToken);
            Spread();
        }

        Finish();
    }

    /// <summary>
    /// Reads values that are stored as they are in memory; false where they are to be read in another way.
    /// </summary>
    protected bool TryReadPages(ParquetGroup group)
    {
        Start(group);
        if (!group.TryRead(field, this)) return false;
        Finish();
        return true;
    }

    /// <summary>Before the values of a group are read.</summary>
    protected virtual void Start(ParquetGroup group)
    {
        (_read, Rows) = (0, group.Rows);
        if (_values.Length < Rows) _values = new T[Rows];
        if (_levels.Length < Rows) _levels = new int[Rows];
    }

    private static bool IsStoredAs(global::Parquet.Meta.Type type) => type switch
    {
        global::Parquet.Meta.Type.DOUBLE => typeof(T) == typeof(double),
        global::Parquet.Meta.Type.FLOAT => typeof(T) == typeof(float),
        global::Parquet.Meta.Type.INT64 => typeof(T) == typeof(long),
        global::Parquet.Meta.Type.INT32 => typeof(T) == typeof(int),
        _ => false,
    };

    /// <summary>After the values of a group are read.</summary>
    protected virtual void Finish()
    {
    }

    /// <summary>False where the value is null.</summary>
    protected bool TryGet(int row, out T value)
    {
        value = _values[row];
        return _levels[row] == field.MaxDefinitionLevel;
    }

    void ParquetPages.IValues.SetDictionary(ReadOnlySpan<byte> values, int count) =>
        _dictionary = MemoryMarshal.Cast<byte, T>(values)[..count].ToArray();

    void ParquetPages.IValues.AddPlain(ReadOnlySpan<byte> values, ReadOnlySpan<int> levels, int present)
    {
        var plain = MemoryMarshal.Cast<byte, T>(values)[..present];
        Mark(levels);
        if (present == levels.Length) plain.CopyTo(_values.AsSpan(_read));
        else
        {
            var next = 0;
            for (var i = 0; next < present; i++)
            {
                if (levels[i] == field.MaxDefinitionLevel) _values[_read + i] = plain[next++];
            }
        }

        _read += levels.Length;
    }

    void ParquetPages.IValues.AddIndices(ReadOnlySpan<int> indices, ReadOnlySpan<int> levels)
    {
        Mark(levels);
        var next = 0;
        for (var i = 0; next < indices.Length; i++)
        {
            if (levels[i] == field.MaxDefinitionLevel) _values[_read + i] = _dictionary[indices[next++]];
        }

        _read += levels.Length;
    }

    private void Mark(ReadOnlySpan<int> levels) => levels.CopyTo(_levels.AsSpan(_read));

    /// <summary>Moves the values, which stand without gaps, to their rows.</summary>
    private void Spread()
    {
        var from = _levels.AsSpan(0, Rows).Count(field.MaxDefinitionLevel);
        for (var row = Rows - 1; from < row + 1 && from > 0; row--)
        {
            if (_levels[row] == field.MaxDefinitionLevel) _values[row] = _values[--from];
        }
    }
}

/// <param name="write">Writes a value; called from several threads.</param>
/// <param name="toNumber">The double nearest to the value's text; null where the text must be read.</param>
internal sealed class ParquetColumn<T>(DataField field, ValueWriter<T> write, Func<T, double>? toNumber)
    : ParquetValueColumn<T>(field)
    where T : struct
{
    private double[] _numbers = [];

    public override ReadOnlySpan<double> Numbers => toNumber is null ? default : _numbers.AsSpan(0, Rows);

    public override int Write(int row, Span<byte> to) => TryGet(row, out var value) ? write(value, to) : 0;

    protected override void Finish()
    {
        if (toNumber is null) return;
        if (_numbers.Length < Rows) _numbers = new double[Rows];
        for (var row = 0; row < Rows; row++) _numbers[row] = TryGet(row, out var value) ? toNumber(value) : double.NaN;
    }
}

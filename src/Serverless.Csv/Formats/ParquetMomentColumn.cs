using Parquet.Schema;
using Serverless.Csv.Cells;

namespace Serverless.Csv.Formats;

/// <summary>Moments and dates.</summary>
internal sealed class ParquetMomentColumn(DataField field) : ParquetValueColumn<long>(field)
{
    private const long Missing = long.MinValue;

    private static readonly long _epoch = DateTime.UnixEpoch.Ticks;

    private long[] _ticks = [];

    public override ReadOnlySpan<long> Ticks => _ticks.AsSpan(0, Rows);

    public override int Write(int row, Span<byte> to) =>
        _ticks[row] == Missing ? 0 : IsoText.Write(_ticks[row], to);

    internal override async ValueTask ReadAsync(ParquetGroup group, CancellationToken cancellationToken)
    {
        if (Field is DateTimeDataField { DateTimeFormat: DateTimeFormat.Timestamp }
            && group.TypeOf(Field) == global::Parquet.Meta.Type.INT64 && TryReadPages(group))
        {
            return;
        }

        Start(group);
        var (moments, levels) = (new DateTime[Rows], new int[Rows]);
        await group.Reader.ReadRawAsync<DateTime>(
            Field, moments, Field.MaxDefinitionLevel > 0 ? (Memory<int>?)levels : null, null, cancellationToken);
        var next = 0;
        for (var row = 0; row < Rows; row++)
        {
            _ticks[row] = levels[row] == Field.MaxDefinitionLevel ? moments[next++].Ticks : Missing;
        }
    }

    protected override void Start(ParquetGroup group)
    {
        base.Start(group);
        if (_ticks.Length < Rows) _ticks = new long[Rows];
    }

    protected override void Finish()
    {
        var unit = ((DateTimeDataField)Field).Unit;
        for (var row = 0; row < Rows; row++)
        {
            if (!TryGet(row, out var count))
            {
                _ticks[row] = Missing;
                continue;
            }

            _ticks[row] = checked(_epoch + (unit switch
            {
                DateTimeTimeUnit.Millis => count * TimeSpan.TicksPerMillisecond,
                DateTimeTimeUnit.Micros => count * TimeSpan.TicksPerMicrosecond,
                _ => count / TimeSpan.NanosecondsPerTick,
            }));
            if (_ticks[row] < 0 || _ticks[row] > DateTime.MaxValue.Ticks)
            {
                throw new InvalidDataException("A moment is not between the years 1 and 9999.");
            }
        }
    }
}

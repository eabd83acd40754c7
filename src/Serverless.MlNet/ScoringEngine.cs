using Microsoft.ML;
using Microsoft.ML.Data;
using Serverless.Learning.Definition;
using Serverless.Learning.Trainers.Linear;

namespace Serverless.MlNet;

/// <summary>
/// Scores one row after another; single-threaded like all of Microsoft.ML's row mappers. It is its own input: a single
/// row that is refilled for every call.
/// </summary>
internal sealed class ScoringEngine : DataViewRow
{
    private readonly FeatureColumns _columns;
    private readonly float[] _slots;
    private readonly ValueGetter<float>? _number;
    private readonly ValueGetter<VBuffer<float>>? _classes;
    private VBuffer<float> _buffer;
    private long _position;

    /// <exception cref="InvalidDataException">The model lacks the output the task needs.</exception>
    public ScoringEngine(ITransformer model, FeatureColumns columns, ModelTask task)
    {
        _columns = columns;
        _slots = new float[columns.Design.Slots.Length];
        Schema = FeatureSchema.Of(columns);
        var mapper = model.GetRowToRowMapper(Schema);
        var name = task == ModelTask.Binary ? "Probability" : "Score";
        var column = mapper.OutputSchema.GetColumnOrNull(name)
            ?? throw new InvalidDataException($"Expected a model that gives a column '{name}', found none.");
        var expected = task == ModelTask.Multiclass ? typeof(VBuffer<float>) : typeof(float);
        if (column.Type.RawType != expected)
        {
            throw new InvalidDataException($"Expected a column '{name}' of {expected}, found {column.Type.RawType}.");
        }

        OutputCount = column.Type is VectorDataViewType vector ? vector.Size : 1;
        var output = mapper.GetRow(this, [column]);
        if (task == ModelTask.Multiclass) _classes = output.GetGetter<VBuffer<float>>(column);
        else _number = output.GetGetter<float>(column);
    }

    public int OutputCount { get; }

    public override DataViewSchema Schema { get; }

    /// <summary>Changes with every row, since Microsoft.ML caches its results by position.</summary>
    public override long Position => _position;

    public override long Batch => 0;

    /// <param name="outputs">The value, the probability of class 1, or one probability per class.</param>
    public void Score(ReadOnlySpan<float> slots, Span<double> outputs)
    {
        if (slots.Length != _slots.Length)
        {
            throw new ArgumentException($"Expected {_slots.Length} slots, found {slots.Length}.", nameof(slots));
        }

        slots.CopyTo(_slots);
        _position++;
        if (_number is not null)
        {
            var number = 0f;
            _number(ref number);
            outputs[0] = number;
            return;
        }

        _classes!(ref _buffer);
        var sum = 0.0;
        foreach (var (k, value) in _buffer.Items(all: true))
        {
            outputs[k] = value;
            sum += value;
        }

        // In single precision the sum is slightly off 1.
        for (var k = 0; k < OutputCount; k++) outputs[k] /= sum;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) =>
        FeatureSchema.As<T>(
            (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => _columns.Fill(_slots, ref value)));

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);
}

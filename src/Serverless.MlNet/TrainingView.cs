using Microsoft.ML;
using Microsoft.ML.Data;
using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;

namespace Serverless.MlNet;

/// <summary>Training data as an IDataView: row by row, without a copy.</summary>
/// <param name="labels">For regression, already scaled.</param>
/// <param name="cancellationToken">
/// Checked whenever a row is read. Trainers that cache the rows cannot be stopped in between.
/// </param>
internal sealed class TrainingView(
    FeatureColumns columns, TrainingData data, float[] labels, CancellationToken cancellationToken) : IDataView
{
    public DataViewSchema Schema { get; } = FeatureSchema.Of(columns, data.Task, data.ClassCount);

    /// <summary>For a binary task, whether both classes occur.</summary>
    public bool HasBothClasses => labels.Contains(0) && labels.Contains(1);

    public bool CanShuffle => true;

    public long? GetRowCount() => labels.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var order = Enumerable.Range(0, labels.Length).ToArray();
        rand?.Shuffle(order);
        return new Cursor(this, order);
    }

    /// <summary>A single cursor keeps the order of rows independent of parallelism.</summary>
    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private Delegate GetterOf(DataViewSchema.Column column, Func<int> row)
    {
        if (column.Name == FeatureSchema.Features)
        {
            var slots = new float[data.Features.Slots.Count];
            return new ValueGetter<VBuffer<float>>((ref VBuffer<float> value) =>
            {
                data.Features.CopyRow(row(), slots);
                columns.Fill(slots, ref value);
            });
        }

        return data.Task switch
        {
            ModelTask.Regression => new ValueGetter<float>((ref float value) => value = labels[row()]),
            ModelTask.Binary => new ValueGetter<bool>((ref bool value) => value = labels[row()] == 1),
            // 0 is Microsoft.ML's missing key.
            _ => new ValueGetter<uint>((ref uint value) => value = (uint)labels[row()] + 1),
        };
    }

    private sealed class Cursor(TrainingView view, int[] order) : DataViewRowCursor
    {
        private int _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override bool MoveNext()
        {
            view.Cancellation.ThrowIfCancellationRequested();
            return ++_position < order.Length;
        }

        public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) =>
            FeatureSchema.As<T>(view.GetterOf(column, () => order[_position]));

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId value) => value = new DataViewRowId((ulong)order[_position], 0);
    }

    private CancellationToken Cancellation => cancellationToken;
}

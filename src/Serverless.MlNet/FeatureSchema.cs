using Microsoft.ML;
using Microsoft.ML.Data;
using Serverless.Learning.Definition;

namespace Serverless.MlNet;

/// <summary>The columns Microsoft.ML sees: one feature vector and, in training, the label.</summary>
internal static class FeatureSchema
{
    public const string Features = "Features";
    public const string Label = "Label";

    /// <summary>Schema for scoring.</summary>
    public static DataViewSchema Of(FeatureColumns columns) => Builder(columns).ToSchema();

    /// <summary>
    /// Schema for training. The label is a number, true for class 1, or a key from 1 to the number of classes.
    /// </summary>
    public static DataViewSchema Of(FeatureColumns columns, ModelTask task, int classCount)
    {
        var builder = Builder(columns);
        builder.AddColumn(Label, task switch
        {
            ModelTask.Regression => NumberDataViewType.Single,
            ModelTask.Binary => BooleanDataViewType.Instance,
            _ => new KeyDataViewType(typeof(uint), classCount),
        });
        return builder.ToSchema();
    }

    /// <summary>Casts the getter to the requested type.</summary>
    /// <exception cref="ArgumentException">The getter is of another type.</exception>
    public static ValueGetter<T> As<T>(Delegate getter) => getter as ValueGetter<T>
        ?? throw new ArgumentException(
            $"Expected a {getter.GetType().GenericTypeArguments[0]}, found {typeof(T)}.", nameof(getter));

    private static DataViewSchema.Builder Builder(FeatureColumns columns)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        var ranges = columns.CategoryRanges();
        if (ranges.Length > 0)
        {
            // Tells trainers which columns encode one category.
            annotations.Add(
                "CategoricalSlotRanges",
                new VectorDataViewType(NumberDataViewType.Int32, ranges.Length / 2, 2),
                (ref VBuffer<int> value) => value = new VBuffer<int>(ranges.Length, ranges));
        }

        var builder = new DataViewSchema.Builder();
        builder.AddColumn(
            Features, new VectorDataViewType(NumberDataViewType.Single, columns.Count), annotations.ToAnnotations());
        return builder;
    }
}

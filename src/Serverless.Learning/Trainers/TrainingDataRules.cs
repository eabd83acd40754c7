using Serverless.Learning.Binning;
using Serverless.Learning.Definition;
using Serverless.Learning.Features;

namespace Serverless.Learning.Trainers;

/// <summary>Preconditions of our trainers' data. A breach is the caller's error.</summary>
public static class TrainingDataRules
{
    /// <exception cref="ArgumentException">A rule is broken; the message names it and the row.</exception>
    public static void Verify(TrainingData data)
    {
        var (task, features, labels, classCount) = (data.Task, data.Features, data.Labels, data.ClassCount);
        if (features.RowCount == 0)
        {
            throw new ArgumentException("Expected at least one row to learn from, found none.", nameof(data));
        }

        VerifyShape(data);
        if (task == ModelTask.Regression) return;
        if (classCount > Signature.MaxClasses)
        {
            throw new ArgumentException(
                $"Expected at most {Signature.MaxClasses} classes, found {classCount}.", nameof(data));
        }

        if (task == ModelTask.Binary ? classCount != 2 : classCount < 2)
        {
            var expected = task == ModelTask.Binary ? "2 classes" : "at least 2 classes";
            throw new ArgumentException($"Expected {expected}, found {classCount}.", nameof(data));
        }

        for (var row = 0; row < labels.Length; row++)
        {
            if (labels[row] < 0 || labels[row] >= classCount || labels[row] != MathF.Floor(labels[row]))
            {
                throw new ArgumentException(
                    $"Expected the index of one of {classCount} classes as label, found {labels[row]} in row {row}.",
                    nameof(data));
            }
        }
    }

    private static void VerifyShape(TrainingData data)
    {
        var (features, labels) = (data.Features, data.Labels);
        if (labels.Length != features.RowCount)
        {
            throw new ArgumentException($"Expected {features.RowCount} labels, found {labels.Length}.", nameof(data));
        }

        for (var row = 0; row < labels.Length; row++)
        {
            if (!float.IsFinite(labels[row]))
            {
                throw new ArgumentException(
                    $"Expected a finite label, found {labels[row]} in row {row}.", nameof(data));
            }
        }
    }
}

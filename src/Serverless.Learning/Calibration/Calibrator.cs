using Serverless.Learning.Definition;
using Serverless.Learning.Trainers;

namespace Serverless.Learning.Calibration;

/// <summary>
/// Corrects a classifier's probabilities so that they match frequencies: of the rows given 70 %, 70 % are positive.
/// Uses nothing but the probabilities, and so works for every trainer. No calibrator changes which of two rows (binary)
/// or classes (multiclass) is the more probable one.
/// </summary>
public abstract class Calibrator
{
    /// <summary>As in manifests and reports: <c>platt</c>, <c>isotonic</c> or <c>temperature</c>.</summary>
    public abstract string Name { get; }

    public abstract ModelTask Task { get; }

    /// <param name="outputs">One row's outputs, as <see cref="Scorer.Score"/> returns them; corrected in place.</param>
    public abstract void Apply(Span<double> outputs);

    /// <summary>The parameters stored in a model file.</summary>
    internal abstract double[] Parameters { get; }

    internal void Save(Stream destination)
    {
        using var writer = new BinaryWriter(destination, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Array.IndexOf(Names, Name));
        writer.WriteArray<double>(Parameters);
    }

    /// <exception cref="InvalidDataException">The payload is not a calibrator's.</exception>
    internal static Calibrator Load(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var kind = reader.ReadInt32();
        var parameters = reader.ReadArray<double>();
        reader.ExpectEnd();
        try
        {
            return (uint)kind < (uint)Names.Length ? Create(Names[kind], parameters)
                : throw new InvalidDataException($"Expected a kind of calibrator, found {kind}.");
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static readonly string[] Names =
        [PlattCalibrator.CalibratorName, IsotonicCalibrator.CalibratorName, TemperatureCalibrator.CalibratorName];

    private static Calibrator Create(string name, double[] parameters) => (name, parameters.Length) switch
    {
        (PlattCalibrator.CalibratorName, 2) => new PlattCalibrator(parameters[0], parameters[1]),
        (TemperatureCalibrator.CalibratorName, 1) => new TemperatureCalibrator(parameters[0]),
        (IsotonicCalibrator.CalibratorName, var n) when n % 2 == 0 =>
            new IsotonicCalibrator(parameters[..(n / 2)], parameters[(n / 2)..]),
        _ => throw new InvalidDataException(
            $"Expected the numbers of a calibrator '{name}', found {parameters.Length} of them."),
    };
}

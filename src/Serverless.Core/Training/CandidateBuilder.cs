using Serverless.Learning.Definition;
using Serverless.Learning.Metrics;
using Serverless.Learning.Models;
using Serverless.Learning.Profiling;
using Serverless.Learning.Search;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>Builds a candidate from prepared data.</summary>
internal static class CandidateBuilder
{
    /// <summary>
    /// The search for trainer and hyperparameters; the best on the validation rows becomes the candidate.
    /// </summary>
    public static SearchProblem Problem(PreparedData data, IReadOnlyList<ITrainer> trainers, int threads) => new()
    {
        Trainers = trainers,
        Settings = data.Definition.Training,
        Train = data.Train,
        Validation = data.Validation,
        Score = (scorer, rows) => data.Metric.Compute(data.Predict(scorer, rows, threads)),
        GreaterIsBetter = data.Metric.GreaterIsBetter,
    };

    public static Candidate Build(PreparedData data, SearchWinner winner, int threads)
    {
        var (scorer, calibration) = CandidateCalibration.Apply(data, winner.Scorer, threads);
        var (bytes, profile, holdout) = ToModelFile(data, scorer, threads);
        return new Candidate(winner.Trial, scorer, calibration, profile, bytes, holdout);
    }

    /// <summary>Writes the content of model.bin, and returns its parts.</summary>
    /// <param name="scorer">Already calibrated; see <see cref="CandidateCalibration"/>.</param>
    public static (byte[] Bytes, ReferenceProfile Profile, Predictions Holdout) ToModelFile(
        PreparedData data, Scorer scorer, int threads)
    {
        var holdout = data.Predict(scorer, data.Holdout, threads);
        var profile = ProfileBuilder.Build(data.Signature, data.Train.Features, holdout.Outputs, threads);
        return (ModelFile.Write(data.Signature, profile, scorer), profile, holdout);
    }
}

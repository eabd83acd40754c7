using Serverless.Functions;
using Serverless.Local.Hosting.Functions;

namespace Serverless.Local;

/// <summary>The app's function classes, and the result classes with output properties.</summary>
public static class FunctionTypes
{
    public static IReadOnlyList<FunctionType> All { get; } =
    [
        typeof(BatchFunctions),
        typeof(DashboardFunctions),
        typeof(DatasetFunctions),
        typeof(InferenceFunctions),
        typeof(MonitoringFunctions),
        typeof(OpenApiFunctions),
        typeof(PredictionFunctions),
        typeof(RebuildFunctions),
        typeof(RegistryFunctions),
        typeof(RemovalFunctions),
        typeof(RolloutFunctions),
        typeof(SourceFunctions),
        typeof(IngestFunctions), typeof(IngestMessages), typeof(TrainingFunctions), typeof(RetrainResponse),
    ];
}

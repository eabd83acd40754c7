using Serverless.Core.Registry;
using Serverless.Core.Storage;
using Serverless.Learning.Trainers;

namespace Serverless.Core.Training;

/// <summary>The services that every training run uses.</summary>
public sealed record TrainingServices(
    BlobStore Store,
    ModelRegistry Registry,
    RunRecordStore Records,
    RunFeed Feed,
    IReadOnlyList<ITrainer> Trainers,
    TrainingOptions Options,
    TimeProvider Clock);

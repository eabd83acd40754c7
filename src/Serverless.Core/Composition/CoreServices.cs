using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Serverless.Core.Alerting;
using Serverless.Core.Batch;
using Serverless.Core.Monitoring;
using Serverless.Core.Registry;
using Serverless.Core.Removal;
using Serverless.Core.Rollouts;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Core.Truth;
using Serverless.Core.Uploads;
using Serverless.Learning.Trainers;
using Serverless.Learning.Trainers.Baseline;
using Serverless.Learning.Trainers.Linear;
using Serverless.Learning.Trainers.Trees;

namespace Serverless.Core.Composition;

/// <summary>The composition root of everything except the blob store and HTTP.</summary>
public static class CoreServices
{
    /// <param name="store">Opens the blob store, registered as a singleton.</param>
    public static IServiceCollection AddServerless(
        this IServiceCollection services, Func<IServiceProvider, BlobStore> store)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(store);

        // Competing trainers, in the order that decides ties.
        services.AddSingleton<ITrainer, BaselineTrainer>();
        services.AddSingleton<ITrainer, LinearTrainer>();
        services.AddSingleton<ITrainer, GradientBoostingTrainer>();
        services.AddSingleton<IReadOnlyList<ITrainer>>(provider => [.. provider.GetServices<ITrainer>()]);

        // A dropped file: ingest → training → registry.
        services.TryAddSingleton<RunFeed>();
        services.AddSingleton<RunRecordStore>();
        services.AddSingleton<RunProgressStore>();
        services.TryAddSingleton(new TrainingOptions());
        services.AddSingleton<TrainingServices>();
        services.AddSingleton<IngestRunner>();
        services.AddSingleton<TrainingRunner>();
        services.AddSingleton<RetrainCheck>();
        services.AddSingleton<VersionRebuilder>();
        services.AddSingleton<DataSweep>();
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<DefinitionFile>();

        // Deleting.
        services.AddSingleton<StartOver>();
        services.AddSingleton<ModelRemoval>();
        services.TryAddSingleton(new RetentionOptions());
        services.AddSingleton<Retention>();

        // Answering a request: cache → service → log.
        services.TryAddSingleton(new ServingOptions());
        services.AddSingleton<PredictionLog>();
        services.AddSingleton<RolloutLog>();
        services.AddSingleton<RolloutFollower>();
        services.AddSingleton<ModelCache>();
        services.AddSingleton<PredictService>();
        services.AddSingleton<FeedbackService>();

        // Files that come over HTTP.
        services.TryAddSingleton(new UploadOptions());
        services.AddSingleton<DatasetUploads>();

        // Predicting a dropped file.
        services.AddSingleton<BatchRunner>();

        // Work done by timers.
        services.AddSingleton<MonitoringRound>();
        services.AddSingleton<Alerts>();
        services.AddSingleton<StalenessMonitor>();
        services.AddSingleton<ScheduleMonitor>();
        services.AddSingleton<DriftMonitor>();
        services.AddSingleton<RolloutMonitor>();
        return services;
    }

    /// <summary>Binds the options to app settings and validates them when the host starts.</summary>
    public static IServiceCollection AddServerlessSettings(this IServiceCollection services)
    {
        services.AddOptions<TrainingOptions>().BindConfiguration("").ValidateOnStart();
        services.AddOptions<ServingOptions>().BindConfiguration("").ValidateOnStart();
        services.AddOptions<UploadOptions>().BindConfiguration("").ValidateOnStart();
        services.AddOptions<RetentionOptions>().BindConfiguration("").ValidateOnStart();
        services.AddSingleton<IValidateOptions<TrainingOptions>, TrainingOptionsValidator>();
        services.AddSingleton<IValidateOptions<ServingOptions>, ServingOptionsValidator>();
        services.AddSingleton<IValidateOptions<UploadOptions>, UploadOptionsValidator>();
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<TrainingOptions>>().Value);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<ServingOptions>>().Value);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<UploadOptions>>().Value);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<RetentionOptions>>().Value);
        return services;
    }
}

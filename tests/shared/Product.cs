using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Core.Composition;
using Serverless.Core.Registry;
using Serverless.Core.Serving;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Trainers;

namespace Serverless.Tests;

/// <summary>The product as production puts it together, over a folder of its own.</summary>
internal sealed class Product : IAsyncDisposable
{
    private readonly bool _ownsFolder;
    private readonly ServiceProvider _services;

    /// <param name="folder">Of an earlier product, to see what another process would; null: a new one.</param>
    /// <param name="more">Trainers beside those of the product.</param>
    public Product(
        string? folder = null,
        TimeProvider? clock = null,
        ServingOptions? options = null,
        TrainingOptions? training = null,
        params ITrainer[] more)
        : this(_ => { }, folder, clock, options, training, more)
    {
    }

    /// <param name="configure">Adds services beside those of the product.</param>
    public Product(
        Action<IServiceCollection> configure,
        string? folder = null,
        TimeProvider? clock = null,
        ServingOptions? options = null,
        TrainingOptions? training = null,
        params ITrainer[] more)
    {
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("serverless-").FullName;
        Clock = clock ?? TimeProvider.System;
        var services = new ServiceCollection();
        services.AddSingleton(Clock);
        services.AddSingleton(options ?? new ServingOptions { FlushInterval = TimeSpan.FromHours(1) });
        services.AddSingleton(training ?? new TrainingOptions());
        services.AddSingleton(typeof(ILogger<>), typeof(CapturedLogger<>));
        services.AddSingleton(Logs);
        foreach (var trainer in more) services.AddSingleton(trainer);
        services.AddServerless(provider => Store = new WatchedStore(new FolderBlobStore(Folder, Clock)));
        configure(services);
        _services = services.BuildServiceProvider(validateScopes: true);
        _ = Get<BlobStore>();
    }

    public string Folder { get; }

    public TimeProvider Clock { get; }

    /// <summary>What was logged, with its level.</summary>
    public ConcurrentQueue<string> Logs { get; } = new();

    public WatchedStore Store { get; private set; } = null!;

    public ModelRegistry Registry => Get<ModelRegistry>();

    public PredictService Predictions => Get<PredictService>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public Task<WriteResult> WriteAsync(string blob, string content) =>
        Store.WriteAsync(blob, Encoding.UTF8.GetBytes(content), WriteCondition.Always, Cancelled);

    public async Task<string> ReadAsync(string blob) =>
        Encoding.UTF8.GetString((await Store.ReadAllAsync(blob, 1 << 28, Cancelled))!.Value.Bytes);

    public async Task<List<string>> ListAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var blob in Store.ListAsync(prefix, Cancelled)) names.Add(blob.Name);
        return names;
    }

    /// <summary>Writes model.json and drops a file.</summary>
    public async Task DropAsync(string model, string file, string content, string? definition = null)
    {
        if (definition is not null) await WriteAsync(BlobPaths.Definition(model), definition);
        await WriteAsync(BlobPaths.Dataset(model, file), content);
    }

    /// <summary>Makes another version of the same file, as another training run of the same data would.</summary>
    public async Task CopyVersionAsync((string Model, int Version) from, (string Model, int Version) to)
    {
        var file =
            (await Store.ReadAllAsync(BlobPaths.ModelFile(from.Model, from.Version), 1 << 28, Cancelled))!.Value.Bytes;
        await Store.WriteAsync(BlobPaths.ModelFile(to.Model, to.Version), file, WriteCondition.Always, Cancelled);
        var manifest = await ReadAsync(BlobPaths.Manifest(from.Model, from.Version));
        await WriteAsync(BlobPaths.Manifest(to.Model, to.Version), manifest
            .Replace($"\"model\": \"{from.Model}\"", $"\"model\": \"{to.Model}\"", StringComparison.Ordinal)
            .Replace($"\"version\": {from.Version},", $"\"version\": {to.Version},", StringComparison.Ordinal));
    }

    /// <inheritdoc cref="DroppedFiles.RunDroppedAsync"/>
    public async Task<RunRecord> RunAsync(string model, string file, CancellationToken? stop = null) =>
        (await _services.RunDroppedAsync($"{model}/{file}", stop ?? Cancelled))!;

    /// <summary>Drops a file and trains on it.</summary>
    public async Task<RunRecord> TrainAsync(string model, string file, string content, string? definition = null)
    {
        await DropAsync(model, file, content, definition);
        return await RunAsync(model, file);
    }

    public async Task<Aliases> AliasesAsync(string model) => (await Registry.GetAliasesAsync(model, Cancelled)).Aliases;

    public ValueTask<PredictOutcome> PredictAsync(string model, string body, bool explain = false) =>
        Predictions.PredictAsync(model, Encoding.UTF8.GetBytes(body), Cancelled, explain);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_ownsFolder) Directory.Delete(Folder, recursive: true);
    }

    private sealed class CapturedLogger<T>(ConcurrentQueue<string> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception?.Message}".TrimEnd());
    }
}

using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Alerting;
using Serverless.Core.Storage;
using Serverless.Tests;

namespace Serverless.Sql.Tests;

/// <summary>The product with one model, <c>sales</c>, whose source is a database.</summary>
internal sealed class SourceProduct : IAsyncDisposable
{
    public const string Model = "sales";

    private readonly ConfigurationManager _settings = new();

    /// <param name="connection">The value of the setting <c>Warehouse</c>; null: it is not set.</param>
    public SourceProduct(string? connection, TimeProvider? clock = null, string? folder = null)
    {
        _settings["Warehouse"] = connection;
        Product = new Product(
            services => services.AddSingleton<IConfiguration>(_settings).AddSqlSources(), folder, clock);
    }

    public Product Product { get; }

    public SourcePuller Puller => Product.Get<SourcePuller>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Set(string? connection) => _settings["Warehouse"] = connection;

    /// <param name="more">Settings of the source after the query, each with a comma before it.</param>
    public Task DefineAsync(string query, string more = "", string kind = "postgres", string label = "y") =>
        Product.WriteAsync(BlobPaths.Definition(Model), $$"""
            {
              "label": "{{label}}", "training": {"trainers": ["linear"], "trials": 1},
              "source": {"kind": "{{kind}}", "connection": "Warehouse", "query": "{{query}}"{{more}}}
            }
            """);

    public Task<PullResult> PullAsync() => Puller.PullAsync(Model, Cancelled);

    /// <summary>Pulls what must land, and reads it.</summary>
    public async Task<string> LandAsync()
    {
        var result = await PullAsync();
        Assert.True(result.Status == PullStatus.Landed, $"{result.Status}: {result.Reason}");
        return await ReadAsync(result.File!.File);
    }

    /// <param name="file">Path below <c>datasets/sales/</c>.</param>
    public async Task<string> ReadAsync(string file)
    {
        var (bytes, _) = (await Product.Store.ReadAllAsync(BlobPaths.Dataset(Model, file), 1 << 28, Cancelled))!.Value;
        using var unpacked = new MemoryStream();
        await using (var packed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
        {
            await packed.CopyToAsync(unpacked, Cancelled);
        }

        return Encoding.UTF8.GetString(unpacked.ToArray());
    }

    public Task<List<string>> FilesAsync() => Product.ListAsync(BlobPaths.DatasetsOf(Model));

    public Task<IReadOnlyList<Alert>> AlertsAsync() =>
        Product.Get<Alerts>().ListAsync(Model, Alerts.Shown, Cancelled);

    public async ValueTask DisposeAsync()
    {
        await Product.DisposeAsync();
        _settings.Dispose();
    }
}

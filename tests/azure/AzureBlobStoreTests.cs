using Serverless.Core.Storage;
using Serverless.Core.Tests.Storage;

namespace Serverless.Azure.Tests;

/// <summary>What every store promises, kept by Azurite.</summary>
public sealed class AzureBlobStoreTests(SharedAzurite azurite) : BlobStoreContract
{
    private string? _account;

    protected override async Task<BlobStore> CreateAsync() =>
        SharedAzurite.Open(_account ??= await azurite.NewAccountAsync());
}

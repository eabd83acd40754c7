using System.Text;
using Serverless.Core.Storage;

namespace Serverless.Azure.Tests;

/// <summary>Requests that were carried out and whose answers never came.</summary>
public sealed class LostAnswerTests(SharedAzurite azurite) : IDisposable
{
    private const string Name = "models/m/aliases.json";

    private readonly LossyNetwork _network = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData(100)]
    [InlineData(AzureBlobWriter.BlockBytes + 100)]
    public async Task A_write_for_no_blob_whose_answer_is_lost_is_written_and_not_taken_for_somebody_else_s(int length)
    {
        var (store, other) = await StoresAsync();
        LoseNextCommit();

        var result = await WriteAsync(store, new string('x', length), WriteCondition.OnlyIfAbsent);

        Assert.Equal(WriteOutcome.Written, result.Outcome);
        var found = await other.GetPropertiesAsync(Name, Cancelled);
        Assert.Equal((result.ETag, (long)length), (found!.ETag, found.Length));
    }

    [Fact]
    public async Task A_write_over_a_version_whose_answer_is_lost_is_written()
    {
        var (store, other) = await StoresAsync();
        var first = await WriteAsync(other, "1", WriteCondition.OnlyIfAbsent);
        LoseNextCommit();

        var second = await WriteAsync(store, "2", WriteCondition.OnlyIfMatches(first.ETag!));

        Assert.True(second.Written);
        Assert.True((await WriteAsync(other, "3", WriteCondition.OnlyIfMatches(second.ETag!))).Written);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_not_done_twice()
    {
        var (store, other) = await StoresAsync();
        await WriteAsync(other, "0", WriteCondition.Always);
        LoseNextCommit();
        var puts = 0;
        var lose = _network.LosesAnswer;
        _network.LosesAnswer = request =>
        {
            if (request.Method == HttpMethod.Put) puts++;
            return lose(request);
        };

        Assert.True((await WriteAsync(store, "1", WriteCondition.Always)).Written);

        Assert.Equal(1, puts);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_and_that_was_written_over_since_is_not_told_to_have_failed()
    {
        var (store, other) = await StoresAsync();
        var first = await WriteAsync(other, "1", WriteCondition.Always);
        LoseNextCommit();
        _network.OnLost = () => WriteAsync(other, "3", WriteCondition.Always);

        // 'Changed' would be wrong: a caller would do again what was done.
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => WriteAsync(store, "2", WriteCondition.OnlyIfMatches(first.ETag!)));

        Assert.Contains("it is unknown whether", error.Message, StringComparison.Ordinal);
        Assert.Equal("3", Encoding.UTF8.GetString((await other.ReadAllAsync(Name, 10, Cancelled))!.Value.Bytes));
    }

    [Fact]
    public async Task A_conflict_after_a_request_that_never_left_is_a_plain_conflict()
    {
        var (store, other) = await StoresAsync();
        await WriteAsync(other, "1", WriteCondition.Always);
        var dead = 2;
        _network.LosesRequest = _ => dead-- > 0;

        Assert.Equal(WriteOutcome.AlreadyExists, (await WriteAsync(store, "2", WriteCondition.OnlyIfAbsent)).Outcome);
    }

    [Fact]
    public async Task A_deletion_and_a_lease_whose_answers_are_lost_have_happened_all_the_same()
    {
        var (store, other) = await StoresAsync();
        await WriteAsync(other, "1", WriteCondition.Always);
        LoseNext(request => request.Method == HttpMethod.Delete);
        Assert.True(await store.DeleteAsync(Name, Cancelled));

        await (await other.TryAcquireLeaseAsync(Name, Cancelled))!.DisposeAsync();
        LoseNext(request => request.RequestUri!.Query.Contains("comp=lease", StringComparison.Ordinal));
        await using var lease = await store.TryAcquireLeaseAsync(Name, Cancelled);
        Assert.NotNull(lease);
        Assert.Null(await other.TryAcquireLeaseAsync(Name, Cancelled));
    }

    [Fact]
    public async Task A_read_goes_on_where_the_connection_broke()
    {
        var (store, other) = await StoresAsync();
        var text = string.Concat(Enumerable.Range(0, 100_000));
        await WriteAsync(other, text, WriteCondition.Always);
        _network.BreaksBodyAfter = 50_000;

        var read = await store.ReadAllAsync(Name, text.Length, Cancelled);

        Assert.Equal(text, Encoding.UTF8.GetString(read!.Value.Bytes));
        Assert.True(_network.Sent > text.Length / 50_000);
    }

    [Fact]
    public async Task A_read_whose_connection_broke_does_not_go_on_in_another_version()
    {
        var (store, other) = await StoresAsync();
        await WriteAsync(other, new string('1', 100_000), WriteCondition.Always);
        _network.BreaksBodyAfter = 50_000;
        await using var blob = await store.OpenReadAsync(Name, Cancelled);
        await WriteAsync(other, new string('2', 100_000), WriteCondition.Always);

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => blob!.Content.CopyToAsync(Stream.Null, Cancelled));

        Assert.Contains("was changed while it was read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_never_answers_is_told_as_away()
    {
        var (store, _) = await StoresAsync();
        _network.LosesRequest = _ => true;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetPropertiesAsync(Name, Cancelled));
        Assert.Equal(0, _network.Sent);
    }

    private async Task<(BlobStore Store, BlobStore Other)> StoresAsync()
    {
        var account = await azurite.NewAccountAsync();
        return (SharedAzurite.Open(account, _network), SharedAzurite.Open(account));
    }

    private void LoseNextCommit() => LoseNext(request =>
        request.Method == HttpMethod.Put
        && !request.RequestUri!.Query.Contains("restype=container", StringComparison.Ordinal)
        && !request.RequestUri.Query.Contains("comp=block&", StringComparison.Ordinal)
        && !request.RequestUri.Query.EndsWith("comp=block", StringComparison.Ordinal));

    private void LoseNext(Func<HttpRequestMessage, bool> which)
    {
        var lost = false;
        _network.LosesAnswer = request => !lost && (lost = which(request));
    }

    private static Task<WriteResult> WriteAsync(BlobStore store, string text, WriteCondition condition) =>
        store.WriteAsync(Name, Encoding.UTF8.GetBytes(text), condition, Cancelled);
}

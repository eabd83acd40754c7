using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Bodies that are too large, compressed, or in an encoding that is not read.</summary>
public sealed class HostileEncodingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bodies_beyond_the_limit_are_refused_whether_they_tell_their_length_or_not()
    {
        using var store = new TestStore();
        await using var host = await HostileRequestTests.StartAsync(store);
        foreach (var route in (string[])["predict", "feedback"])
        {
            foreach (var chunked in (bool[])[false, true])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/models/shop/{route}")
                {
                    Content = new ByteArrayContent(new byte[11 << 20]),
                };
                request.Headers.TransferEncodingChunked = chunked;
                using var response = await host.Http.SendAsync(request, Cancellation);
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
                Assert.Contains(
                    "bytes", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            }
        }

        await host.PredictAsync("shop", HostileBodies.GoodRow);
    }

    [Theory]
    [InlineData("br", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("gzip, gzip", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("gzip", HttpStatusCode.BadRequest)]
    public async Task A_body_in_an_encoding_that_is_not_read_or_not_in_the_one_that_it_names_is_refused(
        string encoding, HttpStatusCode expected)
    {
        using var store = new TestStore();
        await using var host = await HostileRequestTests.StartAsync(store);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(HostileBodies.GoodRow));
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var response = await host.Http.PostAsync("/api/models/shop/predict", content, Cancellation);
        Assert.Equal(expected, response.StatusCode);
        Assert.Contains("gzip", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packed_bodies_are_read_and_answered_packed_where_that_pays_and_bombs_are_refused()
    {
        using var store = new TestStore();
        await using var host = await HostileRequestTests.StartAsync(store);
        var rows = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(HostileBodies.GoodRow, 500))}]");

        using (var plain = await PostPackedAsync(host, rows, accept: null))
        {
            Assert.Empty(plain.Content.Headers.ContentEncoding);
            Assert.Equal(500, (await RowsAsync(await plain.Content.ReadAsStreamAsync(Cancellation))).GetArrayLength());
        }

        using (var packed = await PostPackedAsync(host, rows, accept: "br;q=1, gzip;q=0.5"))
        {
            Assert.Equal(["gzip"], packed.Content.Headers.ContentEncoding);
            Assert.Contains("Accept-Encoding", packed.Headers.Vary);
            await using var unpacked = new GZipStream(
                await packed.Content.ReadAsStreamAsync(Cancellation), CompressionMode.Decompress);
            Assert.Equal(500, (await RowsAsync(unpacked)).GetArrayLength());
        }

        foreach (var (accept, body) in ((string, byte[])[])
        [
            ("gzip;q=0", rows), ("gzip", Encoding.UTF8.GetBytes(HostileBodies.GoodRow))
        ])
        {
            using var answer = await PostPackedAsync(host, body, accept);
            Assert.Empty(answer.Content.Headers.ContentEncoding);
        }

        using var bomb = await PostPackedAsync(host, new byte[1 << 30], accept: null);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bomb.StatusCode);
        Assert.InRange(host.PeakMemoryBytes, 0, 700L << 20);
    }

    private static async Task<HttpResponseMessage> PostPackedAsync(HostProcess host, byte[] body, string? accept)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(
            packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(body, Cancellation);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/api/models/shop/predict")
        { Content = new ByteArrayContent(packed.ToArray()) };
        request.Content.Headers.ContentEncoding.Add("gzip");
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", accept);
        return await host.Http.SendAsync(request, Cancellation);
    }

    private static async Task<JsonElement> RowsAsync(Stream answer) =>
        (await JsonDocument.ParseAsync(answer, cancellationToken: Cancellation)).RootElement.GetProperty("predictions");
}

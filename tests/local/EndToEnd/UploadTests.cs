using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Core.Uploads;
using Serverless.Local.Tests.Http;

namespace Serverless.Local.Tests.EndToEnd;

/// <summary>Data files over real HTTP.</summary>
public sealed class UploadTests
{
    private const string Route = "/api/models/lines/datasets/";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_uploaded_file_is_trained_on_and_the_answer_tells_where()
    {
        await using var host = await DashboardHost.StartAsync();
        host.Write("models/lines/model.json", DashboardHost.Definition);
        var file = Encoding.UTF8.GetBytes(DashboardHost.Csv(slope: 3, seed: 1));

        using var response = await host.Client.PostAsync(Route + "a.csv", new ByteArrayContent(file), Cancel);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal("datasets/lines/a.csv", answer.GetProperty("blob").GetString());
        Assert.Equal(file.Length, answer.GetProperty("bytes").GetInt64());
        Assert.False(answer.GetProperty("replaced").GetBoolean());
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        Assert.Equal(hash, answer.GetProperty("sha256").GetString());
        Assert.Equal("/api/models/lines", answer.GetProperty("follow").GetString());
        await host.UntilAsync("the version", m => m.GetProperty("versions").GetArrayLength() == 1);
        var manifest = await host.Client.GetFromJsonAsync<JsonElement>("/api/models/lines/versions/1", Cancel);
        Assert.Equal(hash, manifest.GetProperty("data")[0].GetProperty("contentHash").GetString());
    }

    [Fact]
    public async Task A_file_of_that_name_is_replaced_only_where_it_is_asked_for()
    {
        await using var host = await DashboardHost.StartAsync();
        host.Write("models/lines/model.json", DashboardHost.Definition);
        await UploadAsync(host, "a.csv", DashboardHost.Csv(slope: 3, seed: 1), HttpStatusCode.Created);
        await host.UntilAsync("the version", m => m.GetProperty("versions").GetArrayLength() == 1);

        var other = DashboardHost.Csv(slope: 3, seed: 2);
        var conflict = await UploadAsync(host, "a.csv", other, HttpStatusCode.Conflict);
        Assert.Contains("?overwrite=true", conflict.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var replaced = await UploadAsync(host, "a.csv?overwrite=true", other, HttpStatusCode.Created);

        Assert.True(replaced.GetProperty("replaced").GetBoolean());
        await host.UntilAsync("the second version", m => m.GetProperty("versions").GetArrayLength() == 2);
    }

    [Theory]
    [InlineData("lines/datasets/a.docx", "file: expected a name that ends in .csv, .tsv,")]
    [InlineData("lines/datasets/2026%2Fa.csv", "file: expected a name without folders")]
    [InlineData("lines/datasets/a%3Fb.csv", "must not contain '?'")]
    [InlineData("My_Model/datasets/a.csv", "model: expected a name of 1 to 63 lower-case letters, digits")]
    [InlineData("My_Model/datasets/a.csv", "such as 'my-model'")]
    [InlineData("lines/datasets/a.csv?overwrite=yes", "overwrite: expected true or false, found 'yes'")]
    public async Task A_name_that_cannot_be_is_a_400_that_tells_the_rule(string path, string detail)
    {
        await using var host = await DashboardHost.StartAsync();

        using var response = await host.Client.PostAsync(
            $"/api/models/{path}", new StringContent("x,y\n1,2\n"), Cancel);

        var problem = await Problem.ReadAsync(response, HttpStatusCode.BadRequest);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(host.Files("datasets"));
    }

    [Theory]
    [InlineData("a.csv", "x,y1,23,4", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("a.csv", "x,y\n1,2\n3,4\n", HttpStatusCode.Created)]
    [InlineData("a.json", "[{\"x\": 1}]", HttpStatusCode.Created)]
    public async Task A_form_without_line_ends_is_refused_with_the_remedy(
        string file, string body, HttpStatusCode expected)
    {
        await using var host = await DashboardHost.StartAsync();
        var content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");

        using var response = await host.Client.PostAsync(Route + file, content, Cancel);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Created ? 1 : 0, host.Files("datasets").Length);
        if (expected == HttpStatusCode.Created) return;
        var problem = await Problem.ReadAsync(response, expected);
        Assert.Contains("use --data-binary", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_beyond_the_limit_is_a_413_that_tells_it(bool isLengthKnown)
    {
        await using var host = await StartAsync(megabytes: 1);
        using var fits = await host.Client.PostAsync(Route + "a.csv", Content(1 << 20, isLengthKnown), Cancel);
        Assert.Equal(HttpStatusCode.Created, fits.StatusCode);

        using var response = await host.Client.PostAsync(
            Route + "b.csv", Content((1 << 20) + 1, isLengthKnown), Cancel);

        var problem = await Problem.ReadAsync(response, HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("at most 1048576 bytes", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        AssertNothingButA(host);
    }

    [Fact]
    public async Task A_file_larger_than_any_other_body_is_stored()
    {
        await using var host = await DashboardHost.StartAsync();

        using var response = await host.Client.PostAsync(Route + "a.csv", Content(40 << 20, true), Cancel);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(40 << 20, new FileInfo(Assert.Single(host.Files("datasets"))).Length);
    }

    [Fact]
    public async Task A_packed_body_is_stored_unpacked_and_its_limit_counts_unpacked()
    {
        await using var host = await StartAsync(megabytes: 1);

        using var response = await host.Client.PostAsync(Route + "a.csv", Packed(new byte[1 << 20]), Cancel);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(1 << 20, new FileInfo(Assert.Single(host.Files("datasets"))).Length);
        using var bomb = await host.Client.PostAsync(Route + "b.csv", Packed(new byte[(1 << 20) + 1]), Cancel);
        await Problem.ReadAsync(bomb, HttpStatusCode.RequestEntityTooLarge);

        var wrong = new StringContent("a,b\n1,2\n");
        wrong.Headers.ContentEncoding.Add("gzip");
        using var damaged = await host.Client.PostAsync(Route + "b.csv", wrong, Cancel);
        await Problem.ReadAsync(damaged, HttpStatusCode.BadRequest);
        var brotli = new StringContent("a,b\n1,2\n");
        brotli.Headers.ContentEncoding.Add("br");
        using var unknown = await host.Client.PostAsync(Route + "b.csv", brotli, Cancel);
        await Problem.ReadAsync(unknown, HttpStatusCode.UnsupportedMediaType);
        AssertNothingButA(host);
    }

    [Fact]
    public async Task A_file_of_another_digest_or_without_bytes_is_not_stored()
    {
        await using var host = await DashboardHost.StartAsync();
        var (file, other) = ("x,y\n1,2\n"u8.ToArray(), "x,y\n1,3\n"u8.ToArray());

        Assert.Equal(HttpStatusCode.Created, await SendAsync("a.csv", file, $"sha-256=:{Digest(file)}:"));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("b.csv", other, $"sha-256=:{Digest(file)}:"));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("b.csv", file, "md5=:xyz:"));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("b.csv", [], null));
        AssertNothingButA(host);

        async Task<HttpStatusCode> SendAsync(string name, byte[] content, string? digest)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Route + name);
            request.Content = new ByteArrayContent(content);
            if (digest is not null) request.Headers.Add("Repr-Digest", digest);
            using var response = await host.Client.SendAsync(request, Cancel);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("Content-Length: 1000000\r\n\r\na,b\n1,2\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n8\r\na,b\n1,2\n\r\n")]
    public async Task A_body_that_breaks_off_leaves_no_file(string rest)
    {
        await using var host = await DashboardHost.StartAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(host.Site.Host, host.Site.Port, Cancel);
            await client.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST {Route}a.csv HTTP/1.1\r\nHost: localhost\r\n{rest}"), Cancel);
            while (host.Files(".store/tmp").Length == 0) await Task.Delay(5, Cancel); // it is being stored
        }

        while (host.Files(".store/tmp").Length > 0) await Task.Delay(5, Cancel);
        Assert.Empty(host.Files("datasets"));
        await UploadAsync(host, "a.csv", "a,b\n1,2\n", HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_upload_needs_the_key()
    {
        await using var host = await DashboardHost.StartAsync(key: new string('k', 20));
        host.Client.DefaultRequestHeaders.Remove("x-functions-key");

        using var response = await host.Client.PostAsync(Route + "a.csv", new StringContent("x,y\n"), Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(host.Files("datasets"));
    }

    private static Task<DashboardHost> StartAsync(int megabytes) => DashboardHost.StartAsync(
        with: services => services.AddSingleton(new UploadOptions { MaxUploadMegabytes = megabytes }));

    private static void AssertNothingButA(DashboardHost host) =>
        Assert.EndsWith("a.csv", Assert.Single(host.Files("datasets")), StringComparison.Ordinal);

    private static string Digest(byte[] file) => Convert.ToBase64String(SHA256.HashData(file));

    private static HttpContent Content(int bytes, bool isLengthKnown) =>
        isLengthKnown ? new ByteArrayContent(new byte[bytes]) : new UnknownLength(bytes);

    private static ByteArrayContent Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static async Task<JsonElement> UploadAsync(
        DashboardHost host, string file, string text, HttpStatusCode expected)
    {
        using var response = await host.Client.PostAsync(Route + file, new StringContent(text), Cancel);
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    /// <summary>Is sent in chunks.</summary>
    private sealed class UnknownLength(int bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            stream.WriteAsync(new byte[bytes], Cancel).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

using System.Net;

namespace Serverless.Local.Tests.Http;

public sealed class RoutingTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private TestHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync(
        _folder, [typeof(HttpFunctions)], hostJson: """{"extensions": {"http": {"routePrefix": "v1"}}}""");

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/v1/models/bikes/versions/3", "GET bikes 3")]
    [InlineData("/v1/models/a%20b/versions/-3", "GET a b -3")]
    [InlineData("/v1/rows", "GET all")]
    [InlineData("/v1/rows/9000000000", "GET 9000000000")]
    [InlineData("/v1/NoRoute", "/v1/NoRoute")]
    public async Task Parts_of_the_route_are_bound_by_name_behind_the_prefix(string path, string expected) =>
        Assert.Equal(expected, await _host.Client.GetStringAsync(path));

    [Fact]
    public async Task A_function_without_methods_answers_any()
    {
        using var answer = await _host.Client.DeleteAsync("/v1/rows/1");
        Assert.Equal("DELETE 1", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/v1/models/bikes/versions/three", "version: expected a whole number, found 'three'.")]
    [InlineData("/v1/models/bikes/versions/3000000000", "version: expected a whole number, found '3000000000'.")]
    [InlineData("/v1/rows/1.5", "id: expected a whole number, found '1.5'.")]
    public async Task A_part_that_is_no_number_is_told_with_what_was_expected_and_found(string path, string detail)
    {
        var problem = await Problem.ReadAsync(await _host.Client.GetAsync(path), HttpStatusCode.BadRequest);
        Assert.Equal(detail, problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task An_unknown_route_is_a_404_problem() =>
        await Problem.ReadAsync(await _host.Client.GetAsync("/models/bikes/versions/3"), HttpStatusCode.NotFound);

    [Fact]
    public async Task A_method_that_is_not_declared_is_a_405_problem_that_names_the_others()
    {
        using var answer = await _host.Client.DeleteAsync("/v1/models/bikes/versions/3");
        await Problem.ReadAsync(answer, HttpStatusCode.MethodNotAllowed);
        Assert.Equal(["GET", "PUT"], answer.Content.Headers.Allow.Order());
    }
}

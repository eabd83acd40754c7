using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Tests.Queues;

public sealed record Job(string Model, int Tries);

public sealed class Accepted
{
    [HttpResult]
    public required IResult Answer { get; init; }

    [QueueOutput("jobs")]
    public Job? Job { get; init; }

    [QueueOutput("notes")]
    public string[]? Notes { get; init; }
}

public sealed class QueueFunctions(Probe probe)
{
    [Function("Ask")]
    public static Accepted Ask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ask/{model}")] HttpRequest request, string model) =>
        model == "none"
            ? new Accepted { Answer = Results.NoContent() }
            : new Accepted { Answer = Results.Accepted(request.Path), Job = new Job(model, 1), Notes = ["a", "b"] };

    [Function("OnJob")]
    [QueueOutput("notes")]
    public async Task<string?> OnJob([QueueTrigger("jobs")] Job job, CancellationToken stop)
    {
        await probe.CallAsync($"job {job.Model} {job.Tries}", stop);
        return job.Model == "quiet" ? null : $"did {job.Model}";
    }

    [Function("OnNote")]
    public Task OnNote([QueueTrigger("notes")] string note, CancellationToken stop) =>
        probe.CallAsync($"note {note}", stop);

    [Function("OnPoison")]
    public Task OnPoison([QueueTrigger("jobs-poison")] byte[] bytes, CancellationToken stop) =>
        probe.CallAsync($"poison {System.Text.Encoding.UTF8.GetString(bytes)}", stop);
}

/// <summary>The same queue with nobody who reads its poison.</summary>
public sealed class OneQueue(Probe probe)
{
    [Function("OnText")]
    public Task OnText([QueueTrigger("texts")] string text, CancellationToken stop) => probe.CallAsync(text, stop);
}

public sealed class JobOnly(Probe probe)
{
    [Function("JobOnly")]
    public Task Run([QueueTrigger("only-jobs")] Job job, CancellationToken stop) => probe.CallAsync(job.Model, stop);
}

using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serverless.Core.Alerting;
using Serverless.Core.Monitoring;
using Serverless.Core.Storage;
using Serverless.Core.Training;
using Serverless.Learning.Definition;

namespace Serverless.Sql;

/// <summary>
/// Pulls rows from the databases that models name as their source, into files that are learned from as dropped ones.
/// </summary>
/// <param name="settings">App settings, among them the connection strings.</param>
public sealed class SourcePuller(
    BlobStore store,
    IConfiguration settings,
    MonitoringRound round,
    Alerts alerts,
    TrainingOptions options,
    TimeProvider clock,
    ILogger<SourcePuller> logger)
{
    /// <summary>Azure ends an HTTP request after 230 seconds.</summary>
    private static readonly TimeSpan MaxRequestTime = TimeSpan.FromSeconds(220);

    /// <summary>How long after a failure a pull is tried again, unless its schedule asks for it before.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Pulls every source that is due, one after another, within <see cref="TrainingOptions.Limit"/>; what is not
    /// pulled by then stays due.
    /// </summary>
    public async Task PullDueAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Limit, clock);
        await round.CheckAllAsync(
            "source",
            async (model, cancelled) =>
            {
                if (!deadline.IsCancellationRequested) await PullIfDueAsync(model, deadline.Token, cancelled);
                return null;
            },
            cancellationToken);
    }

    /// <summary>Pulls a model's source now, within the time of an HTTP request.</summary>
    public async Task<PullResult> PullAsync(string model, CancellationToken cancellationToken)
    {
        var limit = options.Limit < MaxRequestTime ? options.Limit : MaxRequestTime;
        using var deadline = new CancellationTokenSource(limit, clock);
        return await SourceDefinition.ReadAsync(store, model, cancellationToken) is { } definition
            ? await PullAsync(model, definition, deadline.Token, cancellationToken)
            : new PullResult(
                PullStatus.NoSource,
                $"Model '{model}' has no source. Name one in {BlobPaths.Definition(model)}: kind, connection, query.");
    }

    private async Task PullIfDueAsync(string model, CancellationToken deadline, CancellationToken cancellationToken)
    {
        if (await SourceDefinition.ReadAsync(store, model, cancellationToken) is not { } definition) return;
        var state = await new SourceStates(store, model).ReadAsync(cancellationToken);
        if (!definition.IsDue(state, clock.GetUtcNow(), RetryAfter)) return;
        await PullAsync(model, definition, deadline, cancellationToken);
    }

    private async Task<PullResult> PullAsync(
        string model, SourceDefinition definition, CancellationToken deadline, CancellationToken cancellationToken)
    {
        await using var lease = await store.TryAcquireLeaseAsync(BlobPaths.SourceLease(model), cancellationToken);
        if (lease is null) return PullResult.Wait;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline, lease.Lost);
        var states = new SourceStates(store, model);
        var state = await states.ReadAsync(stop.Token);
        var (result, after) = await EndAsync(model, definition, states, state, stop.Token, cancellationToken);
        if (lease.Lost.IsCancellationRequested || result.Status == PullStatus.InProgress) return PullResult.Wait;

        var failure = result.Status == PullStatus.Failed ? result.Reason : null;
        after = after with { AttemptedAt = clock.GetUtcNow(), Failure = failure };
        // The file of a pull is counted in any case, by who reads the state next.
        if (!await states.SaveAsync(after, cancellationToken)) return result;
        if (failure is not null) await alerts.RaiseSourceAsync(model, failure, cancellationToken);
        else if (state.Failure is not null) await alerts.ResolveSourceAsync(model, cancellationToken);
        if (result.File is { } file) SourceLog.Landed(logger, model, file.Rows, file.File);
        return result;
    }

    /// <summary>Turns what a database or a network may do into a result.</summary>
    private async Task<(PullResult Result, SourceState State)> EndAsync(
        string model,
        SourceDefinition definition,
        SourceStates states,
        SourceState state,
        CancellationToken stop,
        CancellationToken cancellationToken)
    {
        if ((definition.Fault ?? states.Obstacle) is { } fault) return (PullResult.Fail(fault), state);
        var source = definition.Definition!.Source!;
        var (database, obstacle) = Database.Find(source.Kind);
        if (database is null) return (PullResult.Fail(obstacle!), state);
        var connected = false;
        try
        {
            if (settings[source.Connection] is not { Length: > 0 } text)
            {
                return (PullResult.Fail(
                    $"source.connection: expected an app setting '{source.Connection}' with the connection string of "
                    + $"{database.Name}, found none. Set it, and restart a host that reads its settings at the start."),
                    state);
            }

            await using var connection = database.Connect(text);
            if (connection is null)
            {
                return (PullResult.Fail(
                    $"The app setting '{source.Connection}': expected a connection string of {database.Name}, such as "
                    + $"\"{database.Example}\", found another text. Correct the setting."), state);
            }

            await connection.OpenAsync(stop);
            connected = true;
            await using var snapshot = database.HasSnapshots
                ? await BeginAsync(connection, stop)
                : null;
            var query = new SourceQuery(database, definition.Definition, connection, options.Limit);
            return await PullAsync(states, state, query, source, stop);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (PullResult.Fail(
                "The pull did not end within its time, and nothing landed. Give the query an index on its watermark, "
                + "or fewer rows; a request has less time than a pull by schedule."), state);
        }
        catch (Exception e) when (e is DbException or TimeoutException or SocketException)
        {
            var remedy = connected
                ? "Correct source.query in model.json, or the login's rights."
                : $"Check the app setting '{source.Connection}', the login, and that the database can be reached from "
                    + "here.";
            return (PullResult.Fail($"{database.Name} {(connected ? "refused the query" : "cannot be reached")}: "
                + $"{Describe(e)} {remedy}"), state);
        }
    }

    private async Task<(PullResult Result, SourceState State)> PullAsync(
        SourceStates states,
        SourceState state,
        SourceQuery query,
        SourceSettings source,
        CancellationToken stop)
    {
        if (await query.FindObstacleAsync(state, stop) is { } unusable) return (PullResult.Fail(unusable), state);
        var from = source.Watermark is null ? null : state.Watermark;
        Watermark? to = null;
        if (source.Watermark is not null)
        {
            to = await query.FindGreatestAsync(from, clock.GetUtcNow(), stop);
            if (to is null) return (NothingAbove(from, source), state);
        }

        var (rows, obstacle) = await query.ReadAsync(from, to, stop);
        if (rows is null) return (PullResult.Fail(obstacle!), state);
        await using (rows)
        {
            if (rows.Count == 0) return (Nothing("The query gives no row."), state);
            if (to is null && state.Newest is { } newest && newest.Sha256 == rows.Sha256)
            {
                return (Nothing($"The query gives the very rows of {newest.File}."), state);
            }

            return await states.LandAsync(state, rows, to, stop) is { } after
                ? (new PullResult(PullStatus.Landed, Reason: null, after.Newest), after)
                : (PullResult.Wait, state);
        }
    }

    /// <summary>
    /// Reads all in one state of the database, so that the greatest watermark is that of the rows that are read.
    /// </summary>
    private static async Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken stop)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "set transaction read only";
        await command.ExecuteNonQueryAsync(stop);
        return transaction;
    }

    private static PullResult NothingAbove(Watermark? from, SourceSettings source)
    {
        var delay = source.DelaySeconds > 0 ? $" and is older than {source.DelaySeconds} seconds" : "";
        return Nothing(from is null
            ? $"The query gives no row that has a value of {source.Watermark}{delay}."
            : $"No row of the query is above {from.Value}, the greatest {from.Column} of the pulls before{delay}.");
    }

    private static PullResult Nothing(string reason) => new(PullStatus.NothingNew, reason);

    /// <summary>On one line. Providers put hosts and logins into their messages, but no password.</summary>
    private static string Describe(Exception e)
    {
        var text = e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal)
            ? $"{e.Message} {inner.Message}"
            : e.Message;
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        text = string.Join(' ', lines);
        text = text.Length > 500 ? text[..500] : text;
        return text.EndsWith('.') ? text : text + ".";
    }
}

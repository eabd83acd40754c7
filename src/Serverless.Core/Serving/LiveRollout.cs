using System.Buffers.Binary;
using Serverless.Core.Registry;
using Serverless.Learning.Features;

namespace Serverless.Core.Serving;

/// <summary>
/// A roll-out as this process takes part in it: the state that all agree on, the challenger, and the counts.
/// </summary>
internal sealed class LiveRollout(
    Rollout state, ServedModel? challenger, string? loadError, RolloutRecorder recorder, ShadowScoring? shadow)
{
    public Rollout State => state;

    /// <summary>
    /// Null where it could not be loaded: then each request that is its own counts as failed, and the champion answers.
    /// </summary>
    public ServedModel? Challenger => challenger;

    /// <summary>Null where the challenger is there.</summary>
    public string? LoadError => loadError;

    public RolloutRecorder Recorder => recorder;

    /// <summary>Null for a canary.</summary>
    public ShadowScoring? Shadow => shadow;

    /// <summary>Whether the challenger is to answer.</summary>
    /// <param name="requestNumber">
    /// Decides where the request has no key: each request then falls on a side of its own.
    /// </param>
    public bool IsChallengers(ServedModel champion, in PredictCall call, ulong requestNumber)
    {
        if (state.Percent <= 0) return false;
        Span<byte> space = stackalloc byte[512];
        return TrafficSplit.IsChallengers(champion.Name, state, Key(champion, call, requestNumber, space));
    }

    /// <summary>Keeps one answered row where it is drawn, and lets a shadow score it too.</summary>
    public void Answered(RolloutSide side, in AnsweredRow row)
    {
        if (shadow is not null) shadow.Offer(row);
        else if (recorder.Draw(side) is var place and >= 0) recorder.Keep(side, place, row.Id, row.Outputs);
    }

    private ReadOnlySpan<byte> Key(ServedModel champion, in PredictCall call, ulong requestNumber, Span<byte> space)
    {
        if (state.KeyHeader is { } name)
        {
            // Of a longer one the beginning will do: it is the same whenever the caller comes.
            if (call.Headers.Find(name) is { Length: > 0 } header) return space[..Utf8Prefix(header, space)];
        }
        else if ((state.KeyField ?? champion.Signature.Id) is { } field
            && SplitKey.InFirstRow(call.Format.FirstRow(call.Body.Span), field) is { Length: > 0 } value)
        {
            return value;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(space, requestNumber);
        return space[..sizeof(ulong)];
    }

    private static int Utf8Prefix(string text, Span<byte> space)
    {
        System.Text.Unicode.Utf8.FromUtf16(text, space, out _, out var written);
        return written;
    }
}

using System.Buffers.Binary;
using Serverless.Core.Registry;
using Serverless.Learning.Features;

namespace Serverless.Core.Serving;

/// <summary>A roll-out in this process: the shared state, the challenger, and the counts.</summary>
internal sealed class LiveRollout(
    Rollout state, ServedModel? challenger, string? loadError, RolloutRecorder recorder, ShadowScoring? shadow)
{
    public Rollout State => state;

    /// <summary>
    /// Null if it could not be loaded: its requests then count as failed, and the champion answers them.
    /// </summary>
    public ServedModel? Challenger => challenger;

    /// <summary>Null if the challenger was loaded.</summary>
    public string? LoadError => loadError;

    public RolloutRecorder Recorder => recorder;

    /// <summary>Null for a canary.</summary>
    public ShadowScoring? Shadow => shadow;

    /// <summary>Whether the challenger is to answer.</summary>
    /// <param name="requestNumber">
    /// Replaces the key of a request without one, which is then assigned independently.
    /// </param>
    public bool IsChallengers(ServedModel champion, in PredictCall call, ulong requestNumber)
    {
        if (state.Percent <= 0) return false;
        Span<byte> space = stackalloc byte[512];
        return TrafficSplit.IsChallengers(champion.Name, state, Key(champion, call, requestNumber, space));
    }

    /// <summary>Samples an answered row, and passes it to a shadow.</summary>
    public void Answered(RolloutSide side, in AnsweredRow row)
    {
        if (shadow is not null) shadow.Offer(row);
        else if (recorder.Draw(side) is var place and >= 0) recorder.Keep(side, place, row.Id, row.Outputs);
    }

    private ReadOnlySpan<byte> Key(ServedModel champion, in PredictCall call, ulong requestNumber, Span<byte> space)
    {
        if (state.KeyHeader is { } name)
        {
            // A prefix of a longer header suffices: it is stable per caller.
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

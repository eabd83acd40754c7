using System.Runtime.InteropServices;

namespace Serverless.Learning.Tables;

/// <summary>Collects anomalies in bounded memory: single rows up to a limit, then counts per code and column.</summary>
public sealed class AnomalyLog
{
    public const int MaxSingleRows = 100;

    private readonly List<Anomaly> _ofFile = [];
    private readonly List<Anomaly> _ofRows = [];
    private readonly Dictionary<(string Code, string? Column), Anomaly> _further = [];

    /// <summary>The first bad row.</summary>
    public Anomaly? FirstRow => _ofRows.Count > 0 ? _ofRows[0] : null;

    public void AddFile(Anomaly anomaly) => _ofFile.Add(anomaly);

    public void AddRow(Anomaly anomaly)
    {
        if (_ofRows.Count < MaxSingleRows)
        {
            _ofRows.Add(anomaly);
            return;
        }

        ref var counted = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _further, (anomaly.Code, anomaly.Column), out var exists);
        counted = exists ? counted! with { Count = counted.Count + 1 } : anomaly;
    }

    /// <summary>Anomalies of the file, then rows in order, then the counts.</summary>
    public IReadOnlyList<Anomaly> ToList() =>
        [.. _ofFile, .. _ofRows, .. _further.Values.OrderBy(a => a.Row).ThenBy(a => a.Column, StringComparer.Ordinal)];
}

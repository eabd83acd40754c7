using Serverless.Csv.Text;

namespace Serverless.Csv.Formats;

/// <summary>Collects notes in bounded memory. A note of further ones counts those beyond the limit.</summary>
public sealed class NoteLog
{
    private const int MaxPerCode = 20;

    private readonly List<CsvNote> _notes = [];
    private readonly Dictionary<string, (int Count, CsvNote First)> _counts = [];

    public void Add(CsvNote note)
    {
        lock (_notes)
        {
            var (count, first) = _counts.GetValueOrDefault(note.Code, (0, note));
            _counts[note.Code] = (count + 1, count == MaxPerCode ? note : first);
            if (count < MaxPerCode) _notes.Add(note);
        }
    }

    public IReadOnlyList<CsvNote> ToList()
    {
        lock (_notes)
        {
            var further = _counts.Where(c => c.Value.Count > MaxPerCode)
                .Select(c => c.Value.First with
                {
                    Found = $"{c.Value.First.Found}, and {c.Value.Count - MaxPerCode - 1:N0} more like it",
                });
            return [.. _notes, .. further];
        }
    }
}

namespace Serverless.Csv.Text;

/// <summary>The content of a file is damaged, or of a form that is not read. The storage is not at fault.</summary>
public sealed class UnreadableTextException(CsvDamage damage) : Exception($"{damage.Expected}; {damage.Found}")
{
    public CsvDamage Damage => damage;
}

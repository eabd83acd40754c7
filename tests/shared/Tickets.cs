using System.Globalization;
using System.Text;
using Serverless.Learning.Numerics;

namespace Serverless.Tests;

/// <summary>
/// Support tickets: made-up sentences, some of whose words go with the team, and with the hours it took.
/// </summary>
internal static class Tickets
{
    private static readonly string[] _common =
        "the a our with since for customer please again after update when system today still".Split(' ');

    private static readonly string[][] _topics =
    [
        "invoice payment refund card charged twice amount bank".Split(' '),
        "login password reset locked account token email expired".Split(' '),
        "crash screen freeze slow error button page loading".Split(' '),
    ];

    public static readonly string[] Teams = ["billing", "access", "product"];

    /// <summary>A ticket whose words mostly belong to the topic.</summary>
    public static string Sentence(SplitMix64 random, int topic)
    {
        var text = new StringBuilder();
        var count = 6 + random.NextInt32(8);
        for (var i = 0; i < count; i++)
        {
            var words = random.NextInt32(3) switch
            {
                0 => _topics[random.NextInt32(4) == 0 ? random.NextInt32(_topics.Length) : topic],
                _ => _common,
            };
            var word = words[random.NextInt32(words.Length)];
            text.Append(i == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : word)
                .Append(i + 1 == count ? "!" : random.NextInt32(6) == 0 ? ", " : " ");
        }

        return text.Append(CultureInfo.InvariantCulture, $" #{random.NextInt32(1_000_000)}").ToString();
    }

    /// <summary>
    /// Columns <c>priority,text,hours,team</c>, the team last; one in thirty texts is missing. Rows are independent.
    /// </summary>
    public static string Csv(int rows, ulong seed)
    {
        var random = new SplitMix64(seed);
        var csv = new StringBuilder("priority,text,hours,team\n");
        for (var row = 0; row < rows; row++)
        {
            var topic = random.NextInt32(_topics.Length);
            var text = random.NextInt32(30) == 0 ? "" : $"\"{Sentence(random, topic)}\"";
            var hours = (5.0 * topic) + (random.NextInt32(1000) / 250.0);
            csv.Append(CultureInfo.InvariantCulture, $"{random.NextInt32(5)},{text},{hours:0.###},{Teams[topic]}\n");
        }

        return csv.ToString();
    }
}

using System.Globalization;
using System.Text;
using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Inference;

public class TextInferenceTests
{
    [Theory]
    [InlineData("team")]
    [InlineData("hours")]
    public async Task Free_text_that_tells_about_the_label_is_learned_from(string label)
    {
        var schema = await CsvText.SchemaAsync(Tickets.Csv(1_000, seed: 1), new ModelDefinition { Label = label });

        var text = schema.Columns.Single(c => c.Name == "text");
        Assert.Equal((ColumnType.Text, ColumnRole.Feature), (text.Type, text.Role));
        Assert.StartsWith(
            $"free text of {Words(text.Reason!)} words on average, which tells about {label}: ", text.Reason!,
            StringComparison.Ordinal);

        static string Words(string reason) => reason.Split(' ')[3];
    }

    [Fact]
    public async Task Free_text_that_tells_nothing_is_left_out_with_the_reason()
    {
        var random = new SplitMix64(1);
        var csv = Csv(random, () => Tickets.Sentence(random, random.NextInt32(3)));

        var column = (await CsvText.SchemaAsync(csv)).Columns[0];

        Assert.Equal((ColumnType.Categorical, ColumnRole.Ignored), (column.Type, column.Role));
        Assert.StartsWith("free text of ", column.Reason, StringComparison.Ordinal);
        Assert.EndsWith(
            " words on average, which tells no more about y than chance", column.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name", "like an id or free text: ")]
    [InlineData("hash", "like an id or free text: ")]
    [InlineData("order", "like an id or free text: ")]
    [InlineData("link", "free text of ")]
    [InlineData("address", "free text of ")]
    public async Task Names_codes_links_and_addresses_are_no_text_for_nothing(string kind, string reason)
    {
        var random = new SplitMix64(2);
        string Pick(string words) => words.Split(' ')[random.NextInt32(words.Split(' ').Length)];
        string Person() => $"{Pick("Ann Bob Cem Dana Eve")} {Pick("Miller Smith Jones Brown")}{random.NextInt32(999)}";
        var csv = Csv(random, () => kind switch
        {
            "name" => Person(),
            "hash" => random.NextUInt64().ToString("x16", CultureInfo.InvariantCulture),
            "order" => $"ORD-2024-{random.NextInt32(1_000_000):000000}",
            "link" => $"https://www.example.com/{Pick("shop blog news")}/item/{random.NextInt32(1_000_000)}",
            _ => $"{random.NextInt32(2000)} {Pick("Main Oak High Park")} {Pick("Street Road Lane")}, "
                + $"{Pick("Springfield Salem Dover")} {random.NextInt32(99999)}",
        });

        var column = (await CsvText.SchemaAsync(csv)).Columns[0];

        Assert.Equal(ColumnRole.Ignored, column.Role);
        Assert.StartsWith(reason, column.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_model_json_asks_for_is_kept_whatever_it_tells()
    {
        var random = new SplitMix64(1);
        var csv = Csv(random, () => Tickets.Sentence(random, random.NextInt32(3)));
        var definition = new ModelDefinition
        {
            Features = [new FeatureDefinition { Name = "v", Type = ColumnType.Text }],
        };

        var column = (await CsvText.SchemaAsync(csv, definition)).Columns[0];

        Assert.Equal((ColumnType.Text, ColumnRole.Feature), (column.Type, column.Role));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_text_than_can_be_held_is_left_out_with_the_reason(bool isAsked)
    {
        var definition = new ModelDefinition
        {
            Features = isAsked ? [new FeatureDefinition { Name = "v", Type = ColumnType.Text }] : [],
        };
        await using var file = new LongTexts(rows: 90_000);

        var result = await SchemaInference.InferAsync(
            file, "file.csv", definition, TestContext.Current.CancellationToken);

        var column = result.Schema!.Columns[0];
        Assert.Equal(ColumnRole.Ignored, column.Role);
        Assert.Matches(
            "^free text of about 2[0-9]{2} MB, of which at most 256 MB can be learned from$", column.Reason);
    }

    /// <summary>Columns <c>v,x,y</c> of 1,200 rows; the label y is drawn by lot.</summary>
    private static string Csv(SplitMix64 random, Func<string> value)
    {
        var csv = new StringBuilder("v,x,y\n");
        for (var row = 0; row < 1_200; row++)
        {
            var label = random.NextInt32(2) == 0 ? "no" : "yes";
            csv.Append(CultureInfo.InvariantCulture, $"\"{value()}\",{random.NextInt32(30)},{label}\n");
        }

        return csv.ToString();
    }

    /// <summary>A file of 20 texts of 3,000 bytes, each with a number, made while it is read.</summary>
    private sealed class LongTexts(int rows) : Stream
    {
        private readonly string[] _texts = [.. Enumerable.Range(0, 20).Select(Text)];
        private byte[] _rest = "v,x,y\n"u8.ToArray();
        private int _row;

        private static string Text(int seed)
        {
            var random = new SplitMix64((ulong)seed);
            var text = new StringBuilder();
            while (text.Length < 3_000) text.Append(Tickets.Sentence(random, seed % 3)).Append(' ');
            return text.ToString(0, 3_000);
        }

        public override int Read(Span<byte> buffer)
        {
            if (_rest.Length == 0)
            {
                if (_row++ == rows) return 0;
                _rest = Encoding.UTF8.GetBytes(
                    $"\"{_row} {_texts[_row % 20]}\",{_row % 7},{(_row % 2 == 0 ? "yes" : "no")}\n");
            }

            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.AsSpan(0, count).CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

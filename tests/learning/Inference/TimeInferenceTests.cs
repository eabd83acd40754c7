using Serverless.Learning.Definition;
using Serverless.Learning.Inference;
using Serverless.Learning.Numerics;
using Serverless.Learning.Tables;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Inference;

public class TimeInferenceTests
{
    [Theory]
    [InlineData("year,month,day", "yyyy,M,d")]
    [InlineData("Jahr,Monat,Tag,Stunde", "yyyy,M,d,H")]
    [InlineData("arrival_date_year,arrival_date_month,arrival_date_day_of_month", "yyyy,MM,dd")]
    [InlineData("YEAR,MONTH", "yyyy,M")]
    public async Task A_date_in_parts_orders_the_rows(string names, string format)
    {
        var schema = await CsvText.SchemaAsync(Daily(names, format, 0));

        Assert.Null(schema.Time);
        Assert.Equal(names.Split(','), schema.TimeParts);
        Assert.Equal(names.Split(','), InferredDefinition.From(schema, new ModelDefinition()).TimeParts);
    }

    [Fact]
    public async Task Parts_with_leading_zeros_are_numbers()
    {
        var text = "an,mois,jour,x,y\n" + string.Concat(Enumerable.Range(0, 400).Select(i =>
            $"2024,{1 + (i / 100):00},{1 + (i % 100 / 4):00},{i * 7 % 50},{i * i % 9}.5\n"));

        Assert.Equal(["an", "mois", "jour"], (await CsvText.SchemaAsync(text)).TimeColumns);
    }

    [Fact]
    public async Task Parts_of_a_date_order_nothing_in_a_shuffled_file() =>
        Assert.Empty((await CsvText.SchemaAsync(Daily("year,month,day", "yyyy,M,d", 97))).TimeColumns);

    [Fact]
    public async Task A_part_that_does_not_order_is_no_part_of_the_order()
    {
        var random = new SplitMix64(3);
        var text = "year,month,day,hour,y\n" + string.Concat(Enumerable.Range(0, 600).Select(i =>
            $"{2020 + (i / 360)},{1 + (i / 30 % 12)},{1 + (i % 28)},{random.NextInt32(24)},{random.NextInt32(9)}.5\n"));

        // The day goes back at each month's end, at 20 of 599 steps.
        Assert.Equal(["year", "month"], (await CsvText.SchemaAsync(text)).TimeColumns);
    }

    [Theory]
    [InlineData("order_no", false, "order_no")]
    [InlineData("price", false, null)]
    [InlineData("order_no", true, null)]
    public async Task Numbers_given_in_order_order_rows_that_the_label_does_not(
        string name, bool isSorted, string? time)
    {
        var random = new SplitMix64(7);
        var number = 5000;
        var text = $"{name},x,y\n" + string.Concat(Enumerable.Range(0, 400).Select(i =>
            $"{number += 1 + random.NextInt32(3)},{random.NextInt32(50)},"
                + $"{(isSorted ? i / 200 : random.NextInt32(2))}\n"));

        Assert.Equal(time, (await CsvText.SchemaAsync(text)).Time);
    }

    [Fact]
    public async Task Moments_of_parts_are_their_keys_and_impossible_ones_have_none()
    {
        var text = Daily("year,month,day", "yyyy,M,d", 0) + "2025,2,30,5,1.5\n";
        var schema = await CsvText.SchemaAsync(text);
        var (table, _) = await CsvText.ReadAsync(text, schema);

        var (keys, areTicks) = RowTimes.Of([.. schema.TimeColumns.Select(c => table!.Find(c)!)]);

        Assert.True(areTicks);
        Assert.Equal(new DateTime(2024, 1, 2).Ticks, keys![1]);
        Assert.Equal(TimestampColumn.Missing, keys[^1]);
    }

    private static string Daily(string names, string format, int step)
    {
        var random = new SplitMix64(3);
        return $"{names},x,y\n" + string.Concat(Enumerable.Range(0, 500).Select(i =>
        {
            var day = new DateTime(2024, 1, 1).AddDays(step == 0 ? i : i * step % 499);
            return $"{day.ToString(format, System.Globalization.CultureInfo.InvariantCulture)},"
                + $"{random.NextInt32(50)},{random.NextInt32(9)}.5\n";
        }));
    }
}

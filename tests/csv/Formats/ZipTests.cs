using System.IO.Compression;
using Serverless.Csv.Records;
using Serverless.Csv.Text;
using Serverless.Tests;

namespace Serverless.Csv.Tests.Formats;

public class ZipTests
{
    [Fact]
    public async Task The_only_file_in_a_zip_is_read_by_its_own_bytes()
    {
        foreach (var content in new[] { "a,b\n1,2\n", "{\"a\":1,\"b\":2}\n" })
        {
            foreach (var bytes in new[] { CsvText.Utf8(content), CsvText.Gzip(CsvText.Utf8(content)) })
            {
                var zip = Zip(("folder/", []), ("folder/data.bin", bytes), ("__MACOSX/._data", [1]));

                var read = await SourceText.ReadAsync(zip);

                Assert.Null(read.Damage);
                Assert.Equal("a|b/1|2", read.Text);
            }
        }
    }

    [Fact]
    public async Task Several_files_are_refused_by_their_names()
    {
        var read = await SourceText.ReadAsync(Zip(("one.csv", [1]), ("two.csv", [2])));

        Assert.Equal(
            (CsvDamage.ZipContent, "one file in the .zip", "2: 'one.csv', 'two.csv'"),
            (read.Damage!.Code, read.Damage.Expected, read.Damage.Found));
    }

    [Fact]
    public async Task An_empty_zip_and_a_zip_in_a_zip_are_refused()
    {
        var inner = Zip(("one.csv", "a,b\n1,2\n"u8.ToArray()));

        Assert.Equal("none", (await SourceText.ReadAsync(Zip())).Damage!.Found);
        Assert.Equal(
            "one.csv, another .zip", (await SourceText.ReadAsync(Zip(("in.zip", inner)))).Damage!.Found);
    }

    [Fact]
    public async Task A_zip_that_is_cut_off_is_damaged()
    {
        var zip = Zip((
            "one.csv", CsvText.Utf8(string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{i},{i * i}\n")))));

        for (var length = 30; length < zip.Length; length += 997)
        {
            Assert.Equal(CsvDamage.DamagedZip, (await SourceText.ReadAsync(zip[..length])).Damage!.Code);
        }
    }

    [Fact]
    public async Task The_stored_bytes_are_hashed()
    {
        var zip = Zip(("one.csv", "a,b\n1,2\n"u8.ToArray()));
        string hash;
        await using (var file = await CsvSource.OpenAsync(
            new MemoryStream(zip), TestContext.Current.CancellationToken))
        {
            while (file.Csv.TryRead() || await file.Csv.FillAsync(TestContext.Current.CancellationToken))
            {
            }

            hash = await file.HashToEndAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(zip)), hash);
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return packed.ToArray();
    }
}

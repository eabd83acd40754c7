using Serverless.Local.Hosting.Blobs;

namespace Serverless.Local.Tests.Blobs;

public sealed class BlobBacklogTests
{
    [Fact]
    public void A_name_is_in_it_once_until_it_is_finished()
    {
        var backlog = new BlobBacklog(capacity: 10);
        Assert.True(backlog.Add("a", forced: false));
        Assert.False(backlog.Add("a", forced: false));
        Assert.False(backlog.Take("a"));
        Assert.Equal((Again: false, Refill: false), backlog.Finish("a", keep: false));
        Assert.Equal(0, backlog.Count);
        Assert.True(backlog.Add("a", forced: false));
    }

    [Fact]
    public void What_comes_while_a_name_is_taken_makes_it_come_again()
    {
        var backlog = new BlobBacklog(capacity: 10);
        backlog.Add("a", forced: false);
        backlog.Take("a");
        Assert.False(backlog.Add("a", forced: true));
        Assert.True(backlog.Finish("a", keep: false).Again);
        Assert.True(backlog.Take("a"));
        Assert.False(backlog.Finish("a", keep: false).Again);
    }

    [Fact]
    public void Names_beyond_the_capacity_are_refused_and_asked_for_again_when_half_of_it_is_free()
    {
        var backlog = new BlobBacklog(capacity: 4);
        foreach (var name in "abcd") Assert.True(backlog.Add($"{name}", forced: false));
        Assert.False(backlog.Add("e", forced: false));
        Assert.True(backlog.Add("f", forced: true));
        Assert.Equal(5, backlog.Count);
        Assert.Equal([false, false, true, false], "abcd".Select(name =>
        {
            backlog.Take($"{name}");
            return backlog.Finish($"{name}", keep: false).Refill;
        }));
    }
}

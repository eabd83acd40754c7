using Serverless.Learning.Numerics;

namespace Serverless.Learning.Tests.Numerics;

public class DeterministicMathTests
{
    [Fact]
    public void Exp_and_log_agree_with_the_C_library_to_the_last_digits()
    {
        var random = new SplitMix64(1);
        for (var i = 0; i < 100_000; i++)
        {
            var x = (random.NextDouble() - 0.5) * 1400;
            Assert.Equal(1, DeterministicMath.Exp(x) / Math.Exp(x), 1e-14);
            var y = Math.Exp(x);
            Assert.Equal(x, DeterministicMath.Log(y), Math.Abs(x) * 1e-15 + 1e-15);
            var near = 0.5 + random.NextDouble();
            Assert.Equal(Math.Log(near), DeterministicMath.Log(near), 2e-16 + Math.Abs(Math.Log(near)) * 1e-15);
        }

        Assert.Equal(0, DeterministicMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Exp(1e308));
        Assert.Equal(double.NegativeInfinity, DeterministicMath.Log(0));
        Assert.True(double.IsNaN(DeterministicMath.Log(-1)));
    }
}

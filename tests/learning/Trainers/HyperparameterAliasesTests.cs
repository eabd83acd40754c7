using Serverless.Learning.Trainers;
using Serverless.Tests;

namespace Serverless.Learning.Tests.Trainers;

public sealed class HyperparameterAliasesTests
{
    private static readonly string[] BoostingNames =
    [
        "bins", "categorySmoothing", "columnShare", "depthWise", "lambda", "learningRate", "leaves", "maxDepth",
        "minHessian",
        "minRows", "patience", "rounds", "rowShare",
    ];

    [Fact]
    public void Old_names_of_gradient_boosting_become_the_current_ones()
    {
        var old = new Hyperparameters();
        foreach (var (i, name) in BoostingNames.Index()) old[name] = i;

        HyperparameterAliases.Rename("gbt", old);

        Assert.Equal(Synthetic.Trainer("gbt").Defaults(default).Keys, old.Keys);
        Assert.Equal(
            new Hyperparameters
            {
                ["max_bin"] = 0,
                ["cat_smooth"] = 1,
                ["feature_fraction"] = 2,
                ["depth_wise"] = 3,
                ["lambda_l2"] = 4,
                ["learning_rate"] = 5,
                ["num_leaves"] = 6,
                ["max_depth"] = 7,
                ["min_sum_hessian_in_leaf"] = 8,
                ["min_data_in_leaf"] = 9,
                ["early_stopping_round"] = 10,
                ["num_iterations"] = 11,
                ["bagging_fraction"] = 12,
            },
            old);
    }

    [Theory]
    [InlineData("linear", "alpha")]
    [InlineData("lightgbm", "lambda_l2")]
    [InlineData("lbfgs", "l2")]
    [InlineData("sdca", "l2")]
    public void The_old_penalty_name_is_read_by_its_trainer(string trainer, string expected)
    {
        var old = new Hyperparameters { ["iterations"] = 200, ["l2"] = 0.5 };

        HyperparameterAliases.Rename(trainer, old);

        Assert.Equal(new Hyperparameters { ["max_iter"] = 200, [expected] = 0.5 }, old);
    }

    [Fact]
    public void Current_names_stay_as_they_are()
    {
        foreach (var trainer in Synthetic.Trainers)
        {
            var current = trainer.Defaults(default);
            HyperparameterAliases.Rename(trainer.Name, current);
            Assert.Equal(trainer.Defaults(default), current);
        }
    }
}

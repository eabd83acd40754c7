using System.CommandLine;
using Serverless.Benchmarks.Batch;
using Serverless.Benchmarks.Changes;
using Serverless.Benchmarks.ColdStart;
using Serverless.Benchmarks.Intake;
using Serverless.Benchmarks.Learning;
using Serverless.Benchmarks.Serving;
using Serverless.Benchmarks.Trainers;
using Serverless.Benchmarks.Worker;

var data = new Option<string?>("--data")
{
    Description = "Folder of the data sets; by default ../shared/data beside the repository",
};
var trainers = new Command("trainers", "All trainers on real data, through the same search and gate") { data };
trainers.SetAction(
    (parsed, cancellationToken) => TrainerComparison.RunAsync(parsed.GetValue(data), Console.Out, cancellationToken));

var file = new Argument<string>("file");
var store = new Argument<string>("store");
var destination = new Argument<string>("destination");
var fileToModel = new Command(
    "file-to-model",
    "The process that `compare learning` measures: from a CSV file in a store to a model file")
    { store, file, destination };
fileToModel.SetAction((parsed, cancellationToken) => FileToModel.RunAsync(
    parsed.GetRequiredValue(store),
    parsed.GetRequiredValue(file),
    parsed.GetRequiredValue(destination),
    LearningComparison.Rounds,
    Environment.ProcessorCount,
    Console.Out,
    cancellationToken));

var rounds = new Option<int>("--rounds")
{
    Description = "Number of rounds; each starts and measures all programs",
    DefaultValueFactory = _ => 5
};
var seconds = new Option<int>("--seconds")
{
    Description = "Measurements of one second per server and round",
    DefaultValueFactory = _ => 5
};
var python = new Option<string>("--python")
{
    Description = "Python with fastapi, uvicorn and xgboost",
    DefaultValueFactory = _ => "/usr/bin/python3"
};
var serving = new Command(
    "serving", "Serving, against a bare web server and FastAPI, with wrk") { rounds, seconds, python };
serving.SetAction((parsed, cancellationToken) => ServingComparison.RunAsync(
    parsed.GetValue(rounds),
    parsed.GetValue(seconds),
    parsed.GetRequiredValue(python),
    Console.Out,
    cancellationToken));

var swaps = new Option<int>("--swaps")
{
    Description = "Number of changes of the champion",
    DefaultValueFactory = _ => 10_000
};
var swapping = new Command("swaps", "Promotions and roll-backs over HTTP under full load") { swaps };
swapping.SetAction(
    (parsed, cancellationToken) => SwapsUnderLoad.RunAsync(parsed.GetValue(swaps), Console.Out, cancellationToken));

var batchRows = new Option<int>("--rows")
{
    Description = "Number of rows to predict",
    DefaultValueFactory = _ => 1_000_000
};
var batch = new Command(
    "batch", "Batch predictions, against pandas and XGBoost") { batchRows, rounds, python };
batch.SetAction((parsed, cancellationToken) => BatchComparison.RunAsync(
    parsed.GetValue(batchRows),
    parsed.GetValue(rounds),
    parsed.GetRequiredValue(python),
    Console.Out,
    cancellationToken));
var warmUp = new Argument<string>("warm-up");
var predictFile = new Command(
    "predict-file", "The process that `compare batch` measures: from files in a store to predictions")
    { store, warmUp, file };
predictFile.SetAction((parsed, cancellationToken) => BatchFile.RunAsync(
    parsed.GetRequiredValue(store),
    parsed.GetRequiredValue(warmUp),
    parsed.GetRequiredValue(file),
    Console.Out,
    cancellationToken));

var azurite = new Option<string>("--azurite")
{
    Description = "Azurite's main script, node_modules/azurite/dist/src/azurite.js",
    DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SERVERLESS_TEST_AZURITE") ?? "",
};
azurite.Validators.Add(found =>
{
    var path = found.GetValueOrDefault<string>();
    if (!File.Exists(path))
    {
        found.AddError($"--azurite: expected the file azurite.js of the npm package azurite, found '{path}'.");
    }
});
var worker = new Command(
    "worker", "The published Functions app, against a bare isolated-worker function") { rounds, seconds, azurite };
worker.SetAction((parsed, cancellationToken) => WorkerComparison.RunAsync(
    parsed.GetValue(rounds),
    parsed.GetValue(seconds),
    parsed.GetRequiredValue(azurite),
    Console.Out,
    cancellationToken));

var rows = new Option<int[]>("--rows")
{
    Description = "Numbers of synthetic rows to fit",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [500_000, 2_000_000]
};
var flights = new Option<string?>("--flights") { Description = "Output folder of benchmarks/Learning/flights.mjs" };
var parts = new Option<string[]>("--parts")
{
    Description = "Parts to measure",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [.. LearningComparison.Parts]
};
parts.AcceptOnlyFromAmong([.. LearningComparison.Parts]);
var learning = new Command(
    "learning", "Boosted trees, against XGBoost and scikit-learn") { data, flights, rows, parts, python };
learning.SetAction((parsed, cancellationToken) => LearningComparison.RunAsync(
    parsed.GetValue(data),
    parsed.GetValue(flights),
    parsed.GetRequiredValue(rows),
    parsed.GetRequiredValue(parts),
    parsed.GetRequiredValue(python),
    Console.Out,
    cancellationToken));

var cache = new Command("cache", "The model cache, under a day of traffic to a thousand models");
cache.SetAction((_, cancellationToken) => CacheReplay.RunAsync(Console.Out, cancellationToken));

var only = new Option<string?>("--only") { Description = "Part of the names of the files to compare; else all" };
var keep = new Option<string?>("--keep") { Description = "Folder to write the files to, to look at them" };
var pandas = new Option<string>("--python")
{
    Description = "A Python with pandas",
    DefaultValueFactory = _ => "/usr/bin/python3"
};
var speed = new Option<bool>("--speed")
{
    Description = "Measures how fast one table is read as CSV, as CSV of a German computer and as Parquet, instead",
};
var speedRows = new Option<int>("--rows")
{
    Description = "Rows of that table",
    DefaultValueFactory = _ => 1_000_000,
};
var intake = new Command(
    "intake", "Files as teams export them, beside the truth and pandas' read_csv")
    { only, keep, pandas, speed, speedRows };
intake.SetAction((parsed, cancellationToken) => parsed.GetValue(speed)
    ? SpeedComparison.RunAsync(parsed.GetValue(speedRows), Console.Out, cancellationToken)
    : IntakeComparison.RunAsync(
        parsed.GetRequiredValue(pandas),
        parsed.GetValue(only),
        parsed.GetValue(keep),
        Console.Out,
        cancellationToken));

var halves = new Option<int>("--halves")
{
    Description = "Pairs of random halves of each data set",
    DefaultValueFactory = _ => 20
};
var seeds = new Option<int>("--seeds")
{
    Description = "Seeds of each kind of generated files",
    DefaultValueFactory = _ => 20
};
var changes = new Command("changes", "Real files made wrong on purpose, and untouched ones") { halves, seeds };
changes.SetAction((parsed, cancellationToken) => ChangesComparison.RunAsync(
    parsed.GetValue(halves), parsed.GetValue(seeds), Console.Out, cancellationToken));

var starts = new Option<int>("--rounds")
{
    Description = "Number of starts of each program",
    DefaultValueFactory = _ => 9
};
var coldStart = new Command(
    "cold-start", "Time from the start of a process to its first correct prediction") { starts, python };
coldStart.SetAction((parsed, cancellationToken) => ColdStartComparison.RunAsync(
    parsed.GetValue(starts), parsed.GetRequiredValue(python), Console.Out, cancellationToken));

var compare = new Command(
    "compare", "Measures the product and its peers side by side, and prints a table and the bars")
    {
        trainers, serving, worker, swapping, coldStart, batch, learning, cache, intake, changes,
    };
return await new RootCommand("Measures the product.") { compare, fileToModel, predictFile }.Parse(args).InvokeAsync();

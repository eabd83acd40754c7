using System.CommandLine;
using Serverless.Benchmarks.Trainers;

var data = new Option<string?>("--data") { Description = "Folder of the data sets; else ../shared/data beside the repository" };
var trainers = new Command("trainers", "Every trainer on real data, through the same search and gate") { data };
trainers.SetAction((parsed, cancellationToken) => TrainerComparison.RunAsync(parsed.GetValue(data), Console.Out, cancellationToken));

var compare = new Command("compare", "Runs ours and others side by side and prints a table") { trainers };
return await new RootCommand("Measures the product.") { compare }.Parse(args).InvokeAsync();

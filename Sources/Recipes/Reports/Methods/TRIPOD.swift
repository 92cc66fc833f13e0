extension Checklist {
  /// TRIPOD+AI, with the answers of a run.
  static func tripod(_ run: RunAnswers) -> Checklist {
    Checklist(
      title: "TRIPOD+AI",
      source:
        "Transparent reporting of prediction models: Collins et al., BMJ 385, e078378 (2024); 27 items, "
        + "some of several parts.",
      items: tripodAims(run) + tripodMethods(run) + tripodResults(run))
  }

  private static func tripodAims(_ run: RunAnswers) -> [Item] {
    [
      Item("1", "Title", "That a prediction model is developed or evaluated, for whom and for what"),
      Item("2", "Abstract", "A structured summary, by the guideline's own list for abstracts"),
      Item("3a", "Background", "The clinical context, and why the model is needed"),
      Item("3b", "Background", "Whom the model is for, and where in care it is used"),
      Item("3c", "Background", "Known inequalities in health between groups"),
      Item("4", "Objectives", "The aims: development, evaluation or both"),
    ]
  }

  private static func tripodMethods(_ run: RunAnswers) -> [Item] {
    [
      Item("5a", "Data", "The sources of the data, and how well they represent", run.source),
      Item("5b", "Data", "The dates of the data"),
      Item("6a", "Participants", "The setting, such as the kind and number of centers"),
      Item("6b", "Participants", "Who was eligible", run.leftOut),
      Item("6c", "Participants", "Treatments received"),
      Item("7", "Data preparation", "Preprocessing and checks, the same for all groups", run.preprocessing),
      Item("8a", "Outcome", "What is predicted, and how and when it was assessed"),
      Item("8b", "Outcome", "Who assessed it, if that takes judgment"),
      Item("8c", "Outcome", "Whether those were blind to the predictors"),
      Item(
        "9a", "Predictors", "How predictors were chosen", "The pixels of photographs; nothing else is read."),
      Item("9b", "Predictors", "What they are, and how and when they were measured", run.preprocessing),
      Item(
        "9c", "Predictors", "Who assessed them, if that takes judgment", "No one: pixels take no judgment."),
      Item("10", "Sample size", "How the size was arrived at", run.size),
      Item("11", "Missing data", "What was done about missing data", run.missing),
      Item("12a", "Analysis", "How data were used and divided", run.partitions),
      Item("12b", "Analysis", "How predictors entered the model", run.preprocessing),
      Item(
        "12c", "Analysis", "The kind of model, its building, tuning and internal validation", run.training),
      Item("12d", "Analysis", "Differences between clusters, such as hospitals or countries", run.bySubgroup),
      Item("12e", "Analysis", "Measures of performance", run.metrics),
      Item("12f", "Analysis", "Updates of the model after evaluation", "None in this run."),
      Item("12g", "Analysis", "How predictions are computed", "By the weight file of a branch; see item 22."),
      Item("13", "Class imbalance", "What was done about it", run.imbalance),
      Item("14", "Fairness", "What was done for fairness between groups", run.bySubgroup),
      Item("15", "Model output", "What the model gives, and thresholds", run.output),
      Item("16", "Training and evaluation", "How the data of both differ", run.internalData),
      Item("17", "Ethics", "Approval and consent"),
      Item("18a", "Open science", "Funding"),
      Item("18b", "Open science", "Conflicts of interest"),
      Item("18c", "Open science", "The protocol"),
      Item("18d", "Open science", "Registration"),
      Item("18e", "Open science", "Whether data are shared"),
      Item("18f", "Open science", "Whether code is shared", run.availability),
      Item("19", "Involvement", "Involvement of patients and the public"),
    ]
  }

  private static func tripodResults(_ run: RunAnswers) -> [Item] {
    [
      Item("20a", "Participants", "The flow of participants, with outcomes", run.counts),
      Item("20b", "Participants", "Their characteristics, by group", run.bySubgroup),
      Item(
        "20c", "Participants", "How those of the evaluation compare with those of development", run.counts),
      Item("21", "Development", "Participants and outcomes in each analysis", run.partitions),
      Item("22", "Specification", "The whole model, so that others can use it", run.model),
      Item("23a", "Performance", "Performance with intervals, also by group", run.performance),
      Item("23b", "Performance", "Differences between clusters", run.bySubgroup),
      Item("24", "Updating", "Results of updates", "The model was not updated."),
      Item("25", "Interpretation", "What the results mean, also for fairness"),
      Item("26", "Limitations", "Limitations"),
      Item("27a", "Use", "What is done about poor or missing input"),
      Item("27b", "Use", "What users do, and what they must know"),
      Item("27c", "Use", "Next steps of research"),
    ]
  }
}

extension Checklist {
  /// The 2024 update of CLAIM, with the answers of a run.
  static func claim(_ run: RunAnswers) -> Checklist {
    Checklist(
      title: "CLAIM, 2024 update",
      source:
        "Checklist for Artificial Intelligence in Medical Imaging: Tejani et al., Radiology: Artificial "
        + "Intelligence 6(4), e240300 (2024); 44 items.",
      items: claimDesign(run) + claimModel(run) + claimResults(run))
  }

  private static func claimDesign(_ run: RunAnswers) -> [Item] {
    [
      Item("1", "Title", "That it is a study of artificial intelligence, and of which kind", run.category),
      Item("2", "Abstract", "A structured summary of design, methods, results and conclusions"),
      Item("3", "Introduction", "The background, and what the method is meant for"),
      Item("4", "Introduction", "Aims and hypotheses"),
      Item("5", "Study design", "Whether data were collected for the study or before it"),
      Item("6", "Study design", "The kind of goal, such as a new model or a comparison"),
      Item("7", "Data", "Where the data come from", run.source),
      Item("8", "Data", "Criteria by which cases were included or excluded", run.leftOut),
      Item("9", "Data", "Preprocessing", run.preprocessing),
      Item("10", "Data", "How parts of the data were selected", run.subsets),
      Item("11", "Data", "How the data were made anonymous"),
      Item("12", "Data", "What was done about missing data", run.missing),
      Item("13", "Data", "How the images were acquired"),
      Item("14", "Reference standard", "How the reference was defined and obtained"),
      Item("15", "Reference standard", "Why this reference was chosen"),
      Item("16", "Reference standard", "Who or what the labels come from"),
      Item("17", "Reference standard", "How the test photographs were labelled"),
      Item("18", "Reference standard", "How far those who labelled agree with each other and themselves"),
      Item("19", "Data partitions", "How data were assigned to partitions", run.partitions),
      Item("20", "Data partitions", "The level at which partitions have nothing in common", run.disjoint),
      Item("21", "Testing data", "The intended size of the test", run.size),
    ]
  }

  private static func claimModel(_ run: RunAnswers) -> [Item] {
    [
      Item("22", "Model", "The model in detail", run.model),
      Item("23", "Model", "Software, with versions", run.software),
      Item("24", "Model", "Initial parameters", run.initialization),
      Item("25", "Training", "Training in detail", run.training),
      Item("26", "Training", "How the final model was selected", run.selection),
      Item("27", "Training", "Ensembles", run.ensembling),
      Item("28", "Evaluation", "Metrics of performance", run.metrics),
      Item("29", "Evaluation", "Measures of significance and uncertainty", run.uncertainty),
      Item("30", "Evaluation", "Analysis of robustness or sensitivity", run.bySubgroup),
      Item("31", "Evaluation", "Methods that explain decisions"),
      Item("32", "Evaluation", "Evaluation on data of the same origin", run.internalData),
      Item("33", "Evaluation", "Testing on data of another origin"),
      Item("34", "Evaluation", "Registration, for a clinical trial"),
    ]
  }

  private static func claimResults(_ run: RunAnswers) -> [Item] {
    [
      Item("35", "Results: data", "Numbers of patients or examinations included and excluded", run.counts),
      Item(
        "36", "Results: data", "Demographic and clinical characteristics of each partition", run.bySubgroup),
      Item("37", "Results: performance", "Metrics with their uncertainty", run.performance),
      Item(
        "38", "Results: performance", "Diagnostic performance with its precision", run.performance),
      Item("39", "Results: performance", "An analysis of the cases that are classified wrongly"),
      Item("40", "Discussion", "Limitations"),
      Item("41", "Discussion", "What follows for practice"),
      Item("42", "Other", "Where the protocol or further technical details are"),
      Item("43", "Other", "Whether software, model and data are available", run.availability),
      Item("44", "Other", "Funding and the role of those who funded"),
    ]
  }
}

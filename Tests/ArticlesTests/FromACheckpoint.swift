import Foundation
import Recipes
import Testing

private func encoders() -> [Pretrained] {
  let imagenet = ResNet(.resNet50).pretrained("resnet50.pth", normalization: .imagenet)
  let teacher = ResNet(.resNet50).pretrained(
    "checkpoint.pth", normalization: .imagenet, prefix: "teacher.backbone.")
  let mine = ResNet(.resNet50).pretrained(
    "last.ckpt", normalization: .imagenet, ignoring: ["fc", "projector"])
  let dinov2 = VisionTransformer(.small).fitted(to: "dinov2_vits14_reg4_pretrain.pth")
    .pretrained("dinov2_vits14_reg4_pretrain.pth", normalization: .imagenet)
  let simclr = ResNet(.resNet50, stem: .tensorflow, width: 4).pretrained("ResNet50_4x/model.ckpt-225206")
  return [imagenet, teacher, mine, dinov2, simclr]
}

struct FromACheckpoint {
  @Test func layersAreTakenAsTheyAreWritten() {
    #expect(encoders().count == 5)
  }
}

"""What all tests share."""

import hypothesis

hypothesis.settings.register_profile("kznews", deadline=None)  # machines are busy at times
hypothesis.settings.load_profile("kznews")

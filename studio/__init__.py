"""Behind the stage: what is made without anybody waiting for the next beat."""
